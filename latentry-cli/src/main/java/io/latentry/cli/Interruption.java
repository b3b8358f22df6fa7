package io.latentry.cli;

import io.latentry.cli.terminal.ExitCode;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets Ctrl-C end the work of one thread in good order. The thread is interrupted, and the process
 * waits until it has put its things away (a checkpoint kept, a half-written file removed) and told
 * the user; then it ends with {@link ExitCode#INTERRUPTED}.
 */
final class Interruption implements AutoCloseable {
  /** After this the process ends whatever the thread does. */
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Thread worker) {
    this.hook = new Thread(() -> interrupt(worker), "latentry-interruption");
  }

  /** Watches over the calling thread until closed. */
  static Interruption ofThisThread() {
    Interruption interruption = new Interruption(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether {@code cause} is what an interrupted thread ends with. */
  static boolean isCauseOf(Throwable cause) {
    for (@Nullable Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof InterruptedException || at instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  private void interrupt(Thread worker) {
    worker.interrupt();
    try {
      // A timeout is no failure: what is published is published whole, whenever the process ends.
      boolean unused = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already, and goes on now.
    }
  }
}
