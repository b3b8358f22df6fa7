package io.latentry.load.service;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Unary gRPC calls, over some connections in turn, each opened when it is needed. */
final class GrpcSender implements LoadDoor.Sender {
  private static final int UNCOMPRESSED = 0;
  private static final int PREFIX_BYTES = 5;

  private final Http2Headers headers;
  private final List<ByteBuf> messages;
  private final LoadClient client;
  private final @Nullable Connection[] connections;

  /**
   * @param method such as {@code /package.Service/Method}
   */
  GrpcSender(LoadClient client, int connections, String method, List<? extends MessageLite> calls) {
    this.headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .authority("127.0.0.1")
            .path(method)
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    this.messages = calls.stream().map(GrpcSender::framed).toList();
    this.client = client;
    this.connections = new Connection[connections];
  }

  private static ByteBuf framed(MessageLite message) {
    byte[] bytes = message.toByteArray();
    return Unpooled.buffer(PREFIX_BYTES + bytes.length)
        .writeByte(UNCOMPRESSED)
        .writeInt(bytes.length)
        .writeBytes(bytes);
  }

  @Override
  public void send(int number, Consumer<String> answered) {
    int which = number % connections.length;
    Connection connection = connections[which];
    if (connection == null || connection.isClosed()) {
      connection = new Connection();
      connections[which] = connection;
    }
    connection.send(messages.get(number % messages.size()), answered);
  }

  private final class Connection extends Http2EventAdapter {
    private final Map<Integer, Consumer<String>> underWay = new HashMap<>();
    private final Http2ConnectionHandler http2 =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
            .frameListener(this)
            // Calls beyond what the service allows on a connection wait for a place, as gRPC says.
            .encoderEnforceMaxConcurrentStreams(true)
            .build();
    private final ChannelFuture open;

    Connection() {
      http2.connection().addListener(this);
      open = client.connect(http2);
    }

    boolean isClosed() {
      return open.isDone() && !open.channel().isActive();
    }

    void send(ByteBuf message, Consumer<String> answered) {
      if (open.isSuccess()) {
        write(open.channel().pipeline().context(http2), message, answered);
      } else {
        // Not from inside: HTTP/2 begins with a preface, which goes out right after this is told.
        ChannelFuture unused =
            open.addListener(
                opened -> client.loop().execute(() -> sendOnceOpen(message, answered)));
      }
    }

    private void sendOnceOpen(ByteBuf message, Consumer<String> answered) {
      if (open.isSuccess()) {
        send(message, answered);
      } else {
        answered.accept("no connection");
      }
    }

    private void write(ChannelHandlerContext context, ByteBuf message, Consumer<String> answered) {
      int stream = http2.connection().local().incrementAndGetNextStreamId();
      underWay.put(stream, answered);
      ChannelPromise whenSent = context.newPromise();
      ChannelFuture unused =
          http2.encoder().writeHeaders(context, stream, headers, 0, false, context.newPromise());
      unused =
          http2
              .encoder()
              .writeData(context, stream, message.retainedDuplicate(), 0, true, whenSent);
      unused =
          whenSent.addListener(
              sent -> {
                if (!sent.isSuccess()) {
                  end(stream, "not sent: " + sent.cause().getClass().getSimpleName());
                }
              });
      http2.flush(context);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext at,
        int stream,
        Http2Headers read,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      onHeadersRead(at, stream, read, padding, last);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext at, int stream, Http2Headers read, int padding, boolean last) {
      if (last) {
        @Nullable CharSequence code = read.get("grpc-status");
        end(stream, code == null ? "HTTP " + read.status() : word(code));
      }
    }

    private static String word(CharSequence code) {
      return code.length() == 1 && code.charAt(0) == '0'
          ? LoadDoor.OK
          : Status.fromCodeValue(Integer.parseInt(code.toString())).getCode().name();
    }

    /** Without an answer it is over all the same, such as with its connection. */
    @Override
    public void onStreamClosed(Http2Stream stream) {
      end(stream.id(), "closed");
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext at, int stream, long error) {
      end(stream, "reset: " + Http2Error.valueOf(error));
    }

    private void end(int stream, String how) {
      @Nullable Consumer<String> told = underWay.remove(stream);
      if (told != null) {
        told.accept(how);
      }
    }
  }
}
