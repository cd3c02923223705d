//! C and its closest kin: C, C++, CUDA, Objective-C, C#, D, V, shaders.

use super::super::rules::*;
use super::{Entry, code};

/// What C has, and all that grew from it still uses.
const C: Rules = Rules {
    keywords: words!(
        "NULL _Alignas _Alignof _Atomic _Bool _Generic _Noreturn _Static_assert _Thread_local alignas alignof
        auto bool break case char const constexpr continue default do double else enum extern false float for
        goto if inline int long nullptr register restrict return short signed sizeof static static_assert struct
        switch thread_local true typedef typeof union unsigned void volatile while"
    ),
    names: words!(
        "FILE int16_t int32_t int64_t int8_t intptr_t ptrdiff_t size_t ssize_t time_t uint16_t uint32_t uint64_t
        uint8_t uintptr_t va_list wchar_t"
    ),
    definers: words!("enum struct union"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE.apart()],
    prefixes: words!("l u u8"),
    habits: CALLS | PREPROCESSOR | TICK_NUMBERS,
    ..BARE
};

static C_RULES: Rules = C.compiled();

const CPP: Rules = Rules {
    keywords: words!(
        "NULL alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t
        char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit
        continue decltype default delete do double dynamic_cast else enum explicit export extern false final
        float for friend goto if import inline int long module mutable namespace new noexcept not not_eq nullptr
        operator or or_eq override private protected public register reinterpret_cast requires return short
        signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
        typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq"
    ),
    names: words!(
        "FILE array cerr cin cout deque endl function int16_t int32_t int64_t int8_t intptr_t list make_pair
        make_shared make_unique map nullopt optional pair ptrdiff_t queue set shared_ptr size_t span ssize_t
        stack std string string_view tuple uint16_t uint32_t uint64_t uint8_t uintptr_t unique_ptr unordered_map
        unordered_set variant vector weak_ptr"
    ),
    definers: words!("class concept enum namespace struct typename union"),
    habits: CALLS | CAPITALS | PREPROCESSOR | TICK_NUMBERS | CPP_RAW,
    ..C
};

static CPP_RULES: Rules = CPP.compiled();

static CUDA: Rules = Rules {
    names: words!(
        "__constant__ __device__ __global__ __host__ __launch_bounds__ __managed__ __restrict__ __shared__
        __syncthreads blockDim blockIdx cudaError_t cudaStream_t dim3 float2 float3 float4 gridDim half int2
        int3 int4 size_t std threadIdx uint32_t uint64_t warpSize"
    ),
    ..CPP
}
.compiled();

static OBJECTIVE_C: Rules = Rules {
    keywords: words!(
        "BOOL IBAction IBOutlet NO NULL YES __block __strong __weak _cmd assign atomic auto break case char const
        continue copy default do double else enum extern false float for getter goto id if in inline
        instancetype int long nil nonatomic nonnull nullable out readonly readwrite register retain return self
        setter short signed sizeof static strong struct super switch true typedef union unsigned void volatile
        weak while"
    ),
    definers: words!("enum struct union"),
    quotes: &[quote("@\""), DOUBLE, SINGLE.apart()],
    sigils: &[(b'@', super::KEYWORD)],
    habits: CALLS | CAPITALS | PREPROCESSOR,
    ..C
}
.compiled();

static CSHARP: Rules = Rules {
    keywords: words!(
        "abstract add and as async await base bool break byte case catch char checked class const continue
        decimal default delegate do double dynamic else enum event explicit extern false file finally fixed
        float for foreach from get global goto group if implicit in init int interface internal into is join let
        lock long managed nameof namespace new nint not notnull nuint null object on operator or orderby out
        override params partial private protected public readonly record ref remove required return sbyte scoped
        sealed select set short sizeof stackalloc static string struct switch this throw true try typeof uint
        ulong unchecked unmanaged unsafe ushort using var virtual void volatile when where while with yield"
    ),
    definers: words!("class enum interface namespace record struct"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[
        quote("\"\"\"").raw().lines(),
        between("$\"\"\"", "\"\"\"").raw().lines(),
        between("$@\"", "\"").doubled().lines(),
        between("@$\"", "\"").doubled().lines(),
        between("@\"", "\"").doubled().lines(),
        between("$\"", "\""),
        DOUBLE,
        CHARACTER,
    ],
    word_start: "@",
    habits: CALLS | CAPITALS | PREPROCESSOR,
    ..BARE
}
.compiled();

static D: Rules = Rules {
    keywords: words!(
        "abstract alias align asm assert auto body bool break byte case cast catch char class const continue
        dchar debug default delegate delete deprecated do double else enum export extern false final finally
        float for foreach foreach_reverse function goto if immutable import in inout int interface invariant is
        lazy long mixin module new nothrow null out override package pragma private protected public pure real
        ref return scope shared short static string struct super switch synchronized template this throw true
        try typeid typeof ubyte uint ulong union unittest ushort version void wchar while with wstring"
    ),
    definers: words!("class enum interface module struct template union"),
    line_comments: SLASHES,
    block_comments: &[block("/*", "*/"), nested("/+", "+/")],
    quotes: &[DOUBLE.lines(), quote("`").raw().lines(), CHARACTER],
    prefixes: words!("r x"),
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static V: Rules = Rules {
    keywords: words!(
        "as asm assert atomic break const continue defer else enum false fn for go goto if import in interface is
        isreftype lock match module mut nil none or pub return rlock select shared sizeof spawn static struct
        true type typeof union unsafe volatile"
    ),
    names: words!("bool byte f32 f64 i16 i32 i64 i8 int isize map rune string u16 u32 u64 u8 usize voidptr"),
    definers: words!("enum fn interface module struct type"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[SINGLE.hole("${"), DOUBLE.hole("${"), quote("`")],
    prefixes: words!("c r"),
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static GLSL: Rules = Rules {
    keywords: words!(
        "attribute bool break buffer case centroid const continue default discard do double else false flat float
        for highp if in inout int invariant layout lowp mediump noperspective out patch precision readonly
        return sample shared smooth struct subroutine switch true uint uniform varying void volatile while
        writeonly"
    ),
    names: words!(
        "bvec2 bvec3 bvec4 dvec2 dvec3 dvec4 gl_FragColor gl_FragCoord gl_Position ivec2 ivec3 ivec4 mat2 mat3
        mat4 sampler2D sampler3D samplerCube uvec2 uvec3 uvec4 vec2 vec3 vec4"
    ),
    definers: words!("struct"),
    quotes: &[DOUBLE],
    habits: CALLS | PREPROCESSOR,
    ..C
}
.compiled();

static HLSL: Rules = Rules {
    keywords: words!(
        "BlendState Buffer ByteAddressBuffer RWStructuredBuffer RWTexture2D RasterizerState SamplerState
        StructuredBuffer Texture2D Texture3D TextureCube bool break case cbuffer const continue default discard
        do double else extern false float for groupshared half if in inline inout int interface linear matrix
        namespace nointerpolation out packoffset pass precise register return row_major sampler shared snorm
        static struct switch tbuffer technique true typedef uint uniform unorm vector void volatile while"
    ),
    names: words!(
        "SV_Position SV_Target bool2 bool3 bool4 float2 float3 float3x3 float4 float4x4 half2 half3 half4 int2
        int3 int4 uint2 uint3 uint4"
    ),
    definers: words!("cbuffer struct"),
    quotes: &[DOUBLE],
    habits: CALLS | PREPROCESSOR,
    ..C
}
.compiled();

static WGSL: Rules = Rules {
    keywords: words!(
        "alias break case const const_assert continue continuing default diagnostic discard else enable false fn
        for function if let loop override private read read_write requires return storage struct switch true
        uniform var while workgroup write"
    ),
    names: words!(
        "array atomic bool f16 f32 i32 mat2x2 mat3x3 mat4x4 mat4x4f ptr sampler texture_2d texture_storage_2d u32
        vec2 vec2f vec2u vec3 vec3f vec3u vec4 vec4f vec4u"
    ),
    definers: words!("alias fn struct"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("c", &["h"], &C_RULES),
    code("c++", &["cpp", "cc", "cxx", "hpp", "hh", "hxx", "c++20", "ino", "arduino"], &CPP_RULES),
    code("cuda", &["cu", "cuh"], &CUDA),
    code("objective-c", &["objc", "objectivec", "obj-c", "objective-c++", "objc++", "mm"], &OBJECTIVE_C),
    code("c#", &["csharp", "cs", "c-sharp", "csx"], &CSHARP),
    code("d", &["dlang"], &D),
    code("v", &["vlang"], &V),
    code("glsl", &["vert", "frag", "shader"], &GLSL),
    code("hlsl", &["fx", "cg"], &HLSL),
    code("wgsl", &[], &WGSL),
];
