//! Close to the machine: assembly, LLVM IR, hardware description.

use super::super::rules::*;
use super::{Entry, code};

const ASSEMBLY: Rules = Rules {
    keywords: words!("db dd dq dw equ extern global org ptr resb resd resq resw section segment times"),
    names: words!(
        "ah al ax bh bl bp bx ch cl cs cx dh di dl ds dx eax ebp ebx ecx edi edx es esi esp fp fs gs lr pc r0 r1
        r10 r11 r12 r13 r14 r15 r2 r3 r4 r5 r6 r7 r8 r9 rax rbp rbx rcx rdi rdx rip rsi rsp si sp ss w0 w1 w2 w3
        wzr x0 x1 x16 x2 x29 x3 x30 x8 xmm0 xmm1 xmm2 xmm3 xzr ymm0 ymm1"
    ),
    ignore_case: true,
    line_comments: &[line(";"), line("//"), line_at("@ ", Place::Word), line_at("# ", Place::Word)],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE],
    word_start: ".",
    word_part: ".$",
    sigils: &[(b'%', super::NAME)],
    habits: HEADS | LABELS,
    ..BARE
};

static ASSEMBLY_RULES: Rules = ASSEMBLY.compiled();

static RISCV: Rules = Rules {
    names: words!(
        "a0 a1 a2 a3 a4 a5 a6 a7 fa0 fa1 fp gp ra s0 s1 s10 s11 s2 s3 s4 s5 s6 s7 s8 s9 sp t0 t1 t2 t3 t4 t5 t6
        tp x0 x1 zero"
    ),
    line_comments: &[line("#"), line(";"), line("//")],
    sigils: &[(b'$', super::NAME)],
    ..ASSEMBLY
}
.compiled();

static LLVM: Rules = Rules {
    keywords: words!(
        "add addrspace align alloca and ashr attributes bitcast br call constant datalayout declare define
        dso_local eq exact external extractvalue fadd false fcmp fdiv fmul frem fsub getelementptr global icmp
        inbounds insertvalue internal invoke label load local_unnamed_addr lshr mul ne noundef nsw null nuw or
        phi private ptrtoint resume ret sdiv select sext sge sgt shl sle slt source_filename srem store sub
        switch tail target to triple true trunc type udiv uge ugt ule ult undef unnamed_addr unreachable urem
        xor zeroext zeroinitializer zext"
    ),
    names: words!("double float half i1 i128 i16 i32 i64 i8 metadata opaque ptr void"),
    line_comments: &[line(";")],
    quotes: &[DOUBLE.raw()],
    prefixes: words!("c"),
    word_part: ".$",
    sigils: &[(b'@', super::NAME), (b'%', super::NAME), (b'!', super::NAME)],
    habits: LABELS,
    ..BARE
}
.compiled();

static VERILOG: Rules = Rules {
    keywords: words!(
        "alias always always_comb always_ff always_latch and assert assign automatic begin bind bit break buf
        byte case casex casez class clocking const constraint continue cover default defparam disable do edge
        else end endcase endclass endfunction endgenerate endinterface endmodule endpackage endtask enum event
        export extends extern final for force foreach forever fork function generate genvar if iff import
        initial inout input inside int integer interface join localparam logic longint modport module nand
        negedge new nor not null or output package packed parameter posedge priority program property protected
        pure rand real ref reg release repeat return sequence shortint signed static string struct super task
        this time timeprecision timeunit tri type typedef union unique unsigned var virtual void wait while wire
        with xnor xor"
    ),
    definers: words!("class function interface module package task"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE],
    sigils: &[(b'$', super::NAME), (b'`', super::KEYWORD)],
    habits: CALLS | TICK_NUMBERS,
    ..BARE
}
.compiled();

static VHDL: Rules = Rules {
    keywords: words!(
        "abs access after alias all and architecture array assert attribute begin block body buffer bus case
        component configuration constant disconnect downto else elsif end entity exit file for function generate
        generic group guarded if impure in inertial inout is label library linkage literal loop map mod nand new
        next nor not null of on open or others out package port postponed procedure process pure range record
        register reject rem report return rol ror select severity shared signal sla sll sra srl subtype then to
        transport type unaffected units until use variable wait when while with xnor xor"
    ),
    names: words!(
        "bit bit_vector boolean falling_edge integer natural positive rising_edge signed std_logic
        std_logic_vector string time to_integer unsigned"
    ),
    definers: words!("architecture component entity function package procedure"),
    ignore_case: true,
    line_comments: &[line("--")],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.doubled(), CHARACTER],
    prefixes: words!("b o x"),
    habits: CALLS | HASH_NUMBERS,
    ..BARE
}
.compiled();

static MIPS: Rules = Rules { line_comments: HASH, sigils: &[(b'$', super::NAME)], ..ASSEMBLY }.compiled();

static GCODE: Rules =
    Rules { line_comments: &[line(";")], block_comments: &[block("(", ")")], quotes: &[DOUBLE], habits: HEADS, ..BARE }
        .compiled();

static DEVICE_TREE: Rules = Rules {
    keywords: words!("delete-node delete-property"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE],
    word_part: "-,#",
    sigils: &[(b'&', super::NAME)],
    habits: EQUALS_KEYS | PREPROCESSOR,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code(
        "assembly",
        &["asm", "nasm", "x86", "x86asm", "masm", "gas", "arm", "armasm", "aarch64", "s"],
        &ASSEMBLY_RULES,
    ),
    code("riscv", &["risc-v"], &RISCV),
    code("mips", &[], &MIPS),
    code("llvm", &["ll", "llvm-ir"], &LLVM),
    code("verilog", &["systemverilog", "sv", "svh", "vh"], &VERILOG),
    code("vhdl", &["vhd"], &VHDL),
    code("gcode", &["g-code", "nc"], &GCODE),
    code("devicetree", &["dts", "dtsi"], &DEVICE_TREE),
];
