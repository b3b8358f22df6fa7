package io.latentry.cli.serve;

import io.latentry.cli.terminal.ExitCode;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for SIGTERM or Ctrl-C, and leaves the ending to the caller: a process that ends by a
 * signal's own way cannot say that all went well. A second signal ends it at once.
 */
final class Termination {
  private static final List<String> SIGNALS = List.of("TERM", "INT");

  private final CountDownLatch asked = new CountDownLatch(1);

  /** From now on, signals are heard here. */
  static Termination heard() {
    Termination termination = new Termination();
    try {
      // By reflection: every JDK has it, but compilers warn of it in a way that nothing silences.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object own =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  termination.ask();
                }
                return null;
              });
      Method handle = signal.getMethod("handle", signal, handler);
      for (String name : SIGNALS) {
        Object unused =
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), own);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Then the thread is interrupted instead, as any command is.
      return termination;
    }
    return termination;
  }

  private void ask() {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
    }
    asked.countDown();
  }

  /** Waits at most so long; whether the process is asked to end. */
  boolean await(Duration most) {
    try {
      return asked.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      asked.countDown();
      return true;
    }
  }

  /** Returns when the process is asked to end. */
  void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      // The same, by another way; the flag stays off, so that what follows can wait for requests.
      asked.countDown();
    }
  }
}
