package io.latentry.load.service;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that sends every request of a load, takes every answer and looks at the clock. It
 * is netty's codecs and nothing more, with bodies made beforehand: a client shares the machine with
 * the service, and what it costs itself is counted against the service.
 */
final class LoadClient implements AutoCloseable {
  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bootstrap bootstrap;

  LoadClient(InetSocketAddress service) {
    this.group = EventLoopGroups.newEventLoopGroup(1, "load");
    this.loop = group.next();
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(TransportType.socketChannelType(group))
            .option(ChannelOption.TCP_NODELAY, true)
            .remoteAddress(service);
  }

  /** Requests are sent there, and their answers are told there. */
  EventLoop loop() {
    return loop;
  }

  /** A connection with these handlers, which may not be there yet. */
  ChannelFuture connect(ChannelHandler... handlers) {
    return bootstrap
        .clone()
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                var unused = channel.pipeline().addLast(handlers);
              }
            })
        .connect();
  }

  /** Closes every connection. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
