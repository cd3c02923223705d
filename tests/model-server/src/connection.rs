//! One TCP connection: its requests one after another, each answered while an eye is kept on the client's leaving.

use std::{io, sync::Arc};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite},
    net::TcpStream,
};

use crate::{
    control,
    play::{Context, End, play},
    reply::Reply,
    request::{self, Request},
    state::Shared,
};

pub(crate) async fn serve(mut stream: TcpStream, number: u64, shared: Arc<Shared>) {
    // Without it the system joins small writes.
    let _ = stream.set_nodelay(true);
    if converse(&mut stream, number, &shared).await == End::Reset {
        let _ = stream.set_zero_linger();
    }
    drop(stream);
    shared.note_closed(number);
}

async fn converse(stream: &mut TcpStream, number: u64, shared: &Shared) -> End {
    // Borrowed halves: an owned write half would send FIN when dropped, before the RST.
    let (mut read, mut write) = stream.split();
    let mut buffer = BytesMut::new();
    loop {
        let request = match request::read(&mut read, &mut write, &mut buffer, number).await {
            Ok(Some(request)) => request,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let reply = Reply::error(400, "bad_request", &error.to_string()).header("connection", "close");
                return send(&reply, shared, &mut write).await.map_or(End::Close, |_| End::Close);
            }
            Ok(None) | Err(_) => return End::Close,
        };
        let end = tokio::select! {
            end = answer(&request, shared, &mut write) => end.unwrap_or(End::Close),
            () = client_left(&mut read, &mut buffer) => End::Close,
        };
        if end != End::Keep || request.wants_close() {
            return if end == End::Reset { End::Reset } else { End::Close };
        }
    }
}

async fn answer<W: AsyncWrite + Unpin>(request: &Request, shared: &Shared, out: &mut W) -> io::Result<End> {
    if let Some(route) = request.route().strip_prefix("/control/") {
        let reply = control::answer(route, request, shared).await;
        return send(&reply, shared, out).await;
    }
    if request.is_chat() {
        let (reply, number) = shared.take_reply(request);
        let end = play(&reply, &Context::new(request, number), shared, out).await?;
        let closes = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
        };
        return Ok(if end == End::Keep && reply.headers.iter().any(closes) { End::Close } else { end });
    }
    shared.note_request(request);
    let reply = if request.method == "GET" && request.route().ends_with("/models") {
        shared.models_reply()
    } else {
        Reply::error(404, "unknown_url", &format!("Unknown request URL: {} {}", request.method, request.path))
    };
    send(&reply, shared, out).await
}

/// Plays a reply that belongs to no chat.
async fn send<W: AsyncWrite + Unpin>(reply: &Reply, shared: &Shared, out: &mut W) -> io::Result<End> {
    play(reply, &Context::none(), shared, out).await
}

/// Ends when the client has closed; what it sends before that is kept for the next request.
async fn client_left<R: AsyncRead + Unpin>(from: &mut R, buffer: &mut BytesMut) {
    while from.read_buf(buffer).await.is_ok_and(|read| read > 0) {}
}
