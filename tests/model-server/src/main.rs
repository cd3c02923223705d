//! The program: `model-server [--port N] [--script FILE.json]`. Prints its base URL in one line, then serves until
//! its standard input ends or a signal ends it. `/control/` on the same port is what a test in Node drives it with.

use std::{env, error::Error, fs, io, io::Write as _};

use model_server::{ModelServer, Script};

fn main() -> Result<(), Box<dyn Error>> {
    let mut port = 0;
    let mut script = Script::default();
    let mut arguments = env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => port = value.parse()?,
            "--script" => script = serde_json::from_str(&fs::read_to_string(&value)?)?,
            _ => {
                return Err(format!("unknown: {name}. Usage: model-server [--port N] [--script FILE.json]").into());
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let server = runtime.block_on(ModelServer::start_on(port))?;
    server.run(script);
    let mut out = io::stdout();
    writeln!(out, "{}", server.url())?;
    out.flush()?;
    // The end of standard input is the end of whoever started the program: nothing is left behind after a crash.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
