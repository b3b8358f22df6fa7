package io.latentry.server.operations;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets through only such requests over HTTP/2 of which every reader says the same what they ask and
 * of whom, as {@link FramingGuard} does over HTTP/1. Netty checks frames, the order and the letters
 * of fields, and lengths; how often a field comes that may come once, and what stands in it, it
 * leaves to whoever reads it. A request that is malformed has its stream reset, as a protocol
 * error; the connection goes on.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.3">RFC 9113, 8.1.1 and 8.3</a>
 */
final class Http2Guard extends Http2FrameListenerDecorator {
  private static final CharSequence HOST = "host";

  private final Http2Connection connection;

  /** Of a stream whose request was looked at: what follows are fields behind its body. */
  private final Http2Connection.PropertyKey begun;

  private Http2Guard(Http2FrameListener service, Http2Connection connection) {
    super(service);
    this.connection = connection;
    this.begun = connection.newKey();
  }

  /**
   * Puts a guard between the decoder of a new connection and the service.
   *
   * @return false if the pipeline has no such decoder
   */
  static boolean putInto(ChannelPipeline pipeline) {
    @Nullable Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
    if (handler == null) {
      return false;
    }
    Http2FrameListener service = handler.decoder().frameListener();
    handler.decoder().frameListener(new Http2Guard(service, handler.connection()));
    Http2Resets.putInto(handler);
    return true;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    check(streamId, headers);
    super.onHeadersRead(context, streamId, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    check(streamId, headers);
    super.onHeadersRead(
        context, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
  }

  private void check(int streamId, Http2Headers headers) throws Http2Exception {
    @Nullable Http2Stream stream = connection.stream(streamId);
    if (stream == null || stream.getProperty(begun) != null) {
      return;
    }
    stream.setProperty(begun, true);
    if (!isWellFormed(headers)) {
      throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "malformed request");
    }
  }

  private static boolean isWellFormed(Http2Headers headers) {
    return one(headers, PseudoHeaderName.METHOD.value()) != null
        && isScheme(one(headers, PseudoHeaderName.SCHEME.value()))
        && isPath(one(headers, PseudoHeaderName.PATH.value()))
        && isForOneHost(headers)
        // No other protocol was offered.
        && !headers.contains(PseudoHeaderName.PROTOCOL.value());
  }

  /** Null if there is none, or more than one. */
  private static @Nullable String one(Http2Headers headers, CharSequence name) {
    List<CharSequence> values = headers.getAll(name);
    return values.size() == 1 ? values.get(0).toString() : null;
  }

  /** Whoever ends the encryption before us says {@code https} of a connection that has none. */
  private static boolean isScheme(@Nullable String scheme) {
    return scheme != null && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"));
  }

  private static boolean isPath(@Nullable String path) {
    return path != null && RequestHead.isTarget(path);
  }

  private static boolean isForOneHost(Http2Headers headers) {
    List<CharSequence> authorities = headers.getAll(PseudoHeaderName.AUTHORITY.value());
    List<CharSequence> hosts = headers.getAll(HOST);
    if (authorities.size() > 1 || hosts.size() > 1 || authorities.size() + hosts.size() == 0) {
      return false;
    }
    String host = (authorities.isEmpty() ? hosts : authorities).get(0).toString();
    return RequestHead.isHost(host)
        && (hosts.isEmpty() || hosts.get(0).toString().equalsIgnoreCase(host));
  }
}
