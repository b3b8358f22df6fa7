package io.latentry.server.operations;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says {@code NO_ERROR} to a caller who has the whole answer and goes on sending: nothing is wrong
 * with the answer, only the rest of the request is not wanted. Armeria says {@code CANCEL}, for
 * which a client may throw the answer away.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1">RFC 9113, 8.1</a>
 */
final class Http2Resets implements Http2LifecycleManager {
  private final Http2LifecycleManager service;
  private final Http2Connection connection;

  private Http2Resets(Http2LifecycleManager service, Http2Connection connection) {
    this.service = service;
    this.connection = connection;
  }

  /** Looks at the resets that the service sends from now on. */
  static void putInto(Http2ConnectionHandler handler) {
    handler.encoder().lifecycleManager(new Http2Resets(handler, handler.connection()));
  }

  @Override
  public ChannelFuture resetStream(
      ChannelHandlerContext context, int streamId, long errorCode, ChannelPromise promise) {
    @Nullable Http2Stream stream = connection.stream(streamId);
    boolean answered = stream != null && stream.isHeadersSent() && !stream.state().localSideOpen();
    long told =
        answered && errorCode == Http2Error.CANCEL.code() ? Http2Error.NO_ERROR.code() : errorCode;
    return service.resetStream(context, streamId, told, promise);
  }

  @Override
  public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
    service.closeStreamLocal(stream, future);
  }

  @Override
  public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
    service.closeStreamRemote(stream, future);
  }

  @Override
  public void closeStream(Http2Stream stream, ChannelFuture future) {
    service.closeStream(stream, future);
  }

  @Override
  public ChannelFuture goAway(
      ChannelHandlerContext context,
      int lastStreamId,
      long errorCode,
      ByteBuf debugData,
      ChannelPromise promise) {
    return service.goAway(context, lastStreamId, errorCode, debugData, promise);
  }

  @Override
  public void onError(ChannelHandlerContext context, boolean outbound, Throwable cause) {
    service.onError(context, outbound, cause);
  }
}
