package io.latentry.load.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bodies of one type over HTTP/1.1: a request has a connection to itself until it is answered. */
final class HttpSender implements LoadDoor.Sender {
  /** Clients let go of a connection well before the service may close it under a request. */
  private static final long MOST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LoadClient client;
  private final String path;
  private final List<ByteBuf> bodies;
  private final List<HttpHeaders> headers;

  /** The one that was used last is used first. */
  private final Deque<Connection> idle = new ArrayDeque<>();

  /**
   * @param bodies each may be written anew between an answer and its next turn, in its length
   */
  HttpSender(LoadClient client, String path, String type, List<byte[]> bodies) {
    this.client = client;
    this.path = path;
    this.bodies = bodies.stream().map(Unpooled::wrappedBuffer).toList();
    this.headers = bodies.stream().map(body -> headers(type, body)).toList();
  }

  private static HttpHeaders headers(String type, byte[] body) {
    return new DefaultHttpHeaders()
        .set(HttpHeaderNames.HOST, "127.0.0.1")
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
  }

  @Override
  public void send(int number, Consumer<String> answered) {
    int which = number % bodies.size();
    while (!idle.isEmpty() && idle.peekLast().isIdleForLong()) {
      idle.removeLast().close();
    }
    Connection connection = idle.pollFirst();
    if (connection != null) {
      connection.send(which, answered);
      return;
    }
    Connection fresh = new Connection();
    ChannelFuture opening = client.connect(new HttpClientCodec(), fresh);
    var unused =
        opening.addListener(
            opened -> {
              if (opened.isSuccess()) {
                fresh.channel = opening.channel();
                fresh.send(which, answered);
              } else {
                answered.accept("no connection");
              }
            });
  }

  private final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private @Nullable Channel channel;
    private @Nullable Consumer<String> answered;
    private String status = "";
    private boolean keepsAlive = true;
    private long idleSince;

    boolean isIdleForLong() {
      return System.nanoTime() - idleSince > MOST_IDLE_NANOS;
    }

    void close() {
      if (channel != null) {
        var unused = channel.close();
      }
    }

    void send(int which, Consumer<String> whenAnswered) {
      answered = whenAnswered;
      if (channel == null || !channel.isActive()) {
        end("closed");
        return;
      }
      var unused =
          channel.writeAndFlush(
              new DefaultFullHttpRequest(
                  HttpVersion.HTTP_1_1,
                  HttpMethod.POST,
                  path,
                  bodies.get(which).retainedDuplicate(),
                  headers.get(which),
                  EmptyHttpHeaders.INSTANCE));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part instanceof HttpResponse response) {
        int code = response.status().code();
        status = code == 200 ? LoadDoor.OK : Integer.toString(code);
        keepsAlive = HttpUtil.isKeepAlive(response);
      }
      if (part instanceof LastHttpContent) {
        idleSince = System.nanoTime();
        if (keepsAlive) {
          idle.addFirst(this);
        } else {
          // The service said that it hangs up: whoever sends on this connection is not heard.
          close();
        }
        end(status);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      boolean unused = idle.remove(this);
      end("closed");
    }

    /** Its end is told by {@link #channelInactive}. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }

    private void end(String how) {
      Consumer<String> told = answered;
      answered = null;
      if (told != null) {
        told.accept(how);
      }
    }
  }
}
