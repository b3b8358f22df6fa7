package io.latentry.server.operations;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestId;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.latentry.server.access.AccessRules;
import io.latentry.server.door.TurnedAway;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives up on whoever sends headers or a body by halves. Whole requests have a time limit of their
 * own; here it is pauses that count, so that a long stream of rows may take as long as it takes.
 */
final class BodyWatch extends SimpleDecoratingHttpService {
  /** The request that began last on a connection. */
  private static final AttributeKey<RequestId> LATEST =
      AttributeKey.valueOf(BodyWatch.class, "LATEST");

  /** How often something came on a connection. */
  private static final AttributeKey<AtomicLong> READS =
      AttributeKey.valueOf(BodyWatch.class, "READS");

  private static final int LINGER_MILLIS = 1_000;
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  private final int pauseMillis;

  /**
   * @param pauseMillis after twice as long a pause at the latest, the caller is given up
   */
  BodyWatch(HttpService door, int pauseMillis) {
    super(door);
    this.pauseMillis = pauseMillis;
  }

  /**
   * Watches a new connection. It is closed if no request begins on it for {@code millis}. One over
   * HTTP/2 that has said hello may wait on: clients open it ahead of their first call, and the idle
   * timeout sees to it.
   */
  static void watch(ChannelPipeline pipeline, int millis) {
    Channel connection = pipeline.channel();
    AtomicLong reads = new AtomicLong();
    connection.attr(READS).set(reads);
    var unusedPipeline = pipeline.addFirst(new ReadCounter(reads));
    var unused =
        connection
            .eventLoop()
            .schedule(
                () -> {
                  if (!connection.hasAttr(LATEST)
                      && connection.pipeline().get(Http2ConnectionHandler.class) == null) {
                    var unusedClose = connection.close();
                  }
                },
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    if (!METHODS.contains(context.method())) {
      return TurnedAway.refuse(
          context,
          HttpStatus.METHOD_NOT_ALLOWED,
          "method: " + context.method() + " (expected: one of " + METHODS + ")");
    }
    if (isWhole(context)) {
      return unwrap().serve(context, request);
    }
    if (AccessRules.isStream(context.path())) {
      context.clearRequestTimeout();
      return unwrap().serve(context, request);
    }
    @Nullable Channel connection = connection(context);
    if (connection != null) {
      Look look = new Look(context, connection);
      look.again();
      var unused =
          context.log().whenAvailable(RequestLogProperty.REQUEST_END_TIME).thenRun(look::noMore);
    }
    return unwrap().serve(context, request);
  }

  /**
   * Who is refused before the body is there could go on sending it for ever. The connection is
   * closed a little later, so that the answer is read before, which says so ({@link
   * TurnedAway#saysThatItHangsUp}). To be called before the answer is made, which may be by the
   * server's error handler.
   */
  static void hangUpOnceRefused(ServiceRequestContext context) {
    @Nullable Channel connection = connection(context);
    if (connection == null || context.sessionProtocol().isMultiplex()) {
      return;
    }
    AtomicBoolean early = new AtomicBoolean();
    var unusedTimeout =
        context
            .whenRequestCancelling()
            .thenAccept(cause -> early.set(early.get() || !isWhole(context)));
    var unusedEnd =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_END_TIME)
            .thenRun(
                () -> {
                  if (early.get()) {
                    closeUnlessReused(context, connection);
                  }
                });
    var unusedHeaders =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_HEADERS)
            .thenAccept(
                log ->
                    early.set(
                        early.get()
                            || (log.responseHeaders().status().isError() && !cameWhole(context))));
  }

  private static void closeUnlessReused(ServiceRequestContext context, Channel connection) {
    var unused =
        connection
            .eventLoop()
            .schedule(
                () -> {
                  if (context.id().equals(connection.attr(LATEST).get())) {
                    var unusedClose = connection.close();
                  }
                },
                LINGER_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  static boolean isWhole(ServiceRequestContext context) {
    return context.log().isAvailable(RequestLogProperty.REQUEST_END_TIME);
  }

  /** Whether the body came to its end, rather than was broken off by a refusal. */
  private static boolean cameWhole(ServiceRequestContext context) {
    return context.log().isAvailable(RequestLogProperty.REQUEST_CAUSE)
        && context.log().ensureAvailable(RequestLogProperty.REQUEST_CAUSE).requestCause() == null;
  }

  /** Notes that a request began on its connection. */
  static void heard(ServiceRequestContext context) {
    @Nullable Channel connection = connection(context);
    if (connection != null) {
      connection.attr(LATEST).set(context.id());
    }
  }

  private static @Nullable Channel connection(ServiceRequestContext context) {
    return context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
  }

  private static long reads(Channel connection) {
    return connection.attr(READS).get().get();
  }

  /** Looks whether more of a body has come, until it is whole. On the event loop of its request. */
  private final class Look {
    private final ServiceRequestContext context;
    private final Channel connection;
    private long readsBefore = -1;
    private @Nullable Future<?> next;

    Look(ServiceRequestContext context, Channel connection) {
      this.context = context;
      this.connection = connection;
    }

    void again() {
      long reads = reads(connection);
      if (reads == readsBefore) {
        context.timeoutNow();
        return;
      }
      readsBefore = reads;
      next = context.eventLoop().schedule(this::again, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** Lets go of the request: otherwise the event loop would hold on to it for the whole pause. */
    void noMore() {
      if (next != null) {
        next.cancel(false);
      }
    }
  }

  /** Counts on the connection itself: a body that is collected is seen only when it is whole. */
  private static final class ReadCounter extends ChannelInboundHandlerAdapter {
    private final AtomicLong reads;

    ReadCounter(AtomicLong reads) {
      this.reads = reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      reads.incrementAndGet();
      var unused = context.fireChannelRead(bytes);
    }
  }
}
