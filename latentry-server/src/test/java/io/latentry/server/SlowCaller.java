package io.latentry.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller over HTTP/1.1 that sends its body bit by bit, and reads when it likes. */
final class SlowCaller implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;

  private SlowCaller(Socket socket) {
    this.socket = socket;
  }

  /** Begins a request with a body of a length that nobody knows. */
  static SlowCaller post(int port, String path, String type) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
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

  /** What has come of the answer as soon as something has; empty if it was broken off. */
  String answer() throws IOException {
    byte[] bytes = new byte[1 << 16];
    int count = socket.getInputStream().read(bytes);
    return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  /** Reads until {@code wanted} has come, or the connection ends. */
  String answerWith(String wanted) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] bytes = new byte[1 << 12];
    while (!all.toString(StandardCharsets.UTF_8).contains(wanted)) {
      int count = socket.getInputStream().read(bytes);
      if (count < 0) {
        break;
      }
      all.write(bytes, 0, count);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
