//! The program, from its one line of output to its end.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

#[test]
fn the_program_says_its_url_serves_its_script_and_ends_with_its_standard_input() {
    let script = tempfile("{\"models\": {\"status\": 401, \"steps\": [{\"type\": \"raw\", \"text\": \"no key\"}]}}");
    let mut program = Command::new(env!("CARGO_BIN_EXE_model-server"))
        .args(["--script", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/v1")).unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(b"GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n") && answer.contains("no key"), "{answer}");
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    std::fs::remove_file(script).unwrap();
}

fn tempfile(text: &str) -> String {
    let path = std::env::temp_dir().join(format!("model-server-{}.json", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
