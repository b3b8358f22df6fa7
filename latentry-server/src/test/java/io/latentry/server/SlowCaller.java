package io.latentry.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A caller over HTTP/1.1 that sends its body bit by bit, and reads when it likes. */
final class SlowCaller implements AutoCloseable {
  /** How an answer ends that is whole. */
  static final String END = "\r\n0\r\n\r\n";

  private static final int PATIENCE_MILLIS = 15_000;
  private static final int RECEIVED_BYTES = 1 << 12;

  private final Socket socket;
  private final StringBuilder answer = new StringBuilder();
  private boolean ended;

  private SlowCaller(Socket socket) {
    this.socket = socket;
  }

  /** Begins a request with a body of a length that nobody knows. */
  static SlowCaller post(int port, String path, String type) throws IOException {
    Socket socket = new Socket();
    // Little waits on its way to a caller who does not read.
    socket.setReceiveBufferSize(RECEIVED_BYTES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    SlowCaller caller = new SlowCaller(socket);
    caller.write(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            + type
            + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    return caller;
  }

  /** Sends a part of the body. */
  SlowCaller send(String part) throws IOException {
    int length = part.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0) {
      // It would be the end of the body.
      return this;
    }
    write(Integer.toHexString(length) + "\r\n" + part + "\r\n");
    return this;
  }

  /** Says that the body is whole. */
  void end() throws IOException {
    write("0\r\n\r\n");
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** What has come of the answer as soon as something more has, or the connection ends. */
  String answer() throws IOException {
    byte[] bytes = new byte[1 << 16];
    int count = socket.getInputStream().read(bytes);
    if (count < 0) {
      ended = true;
    } else {
      answer.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
    }
    return answer.toString();
  }

  /** What has come of the answer once {@code wanted} has, or the connection ends. */
  String answerWith(String wanted) throws IOException {
    int seen = 0;
    while (!ended && answer.indexOf(wanted, seen) < 0) {
      seen = Math.max(0, answer.length() - wanted.length());
      String unused = answer();
    }
    return answer.toString();
  }

  /** All that ever comes of the answer. */
  String wholeAnswer() throws IOException {
    while (!ended) {
      try {
        String unused = answer();
      } catch (SocketException reset) {
        ended = true;
      }
    }
    return answer.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
