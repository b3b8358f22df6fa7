package io.latentry.cli.terminal;

import io.latentry.pipeline.Progress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a pipeline's course: a bar for each stage, notices in between. */
public final class StageProgress implements Progress, AutoCloseable {
  /** A table of ten thousand useless columns should not scroll everything else away. */
  private static final int MOST_NOTICES = 20;

  private final Terminal terminal;
  private final boolean quiet;
  private @Nullable ProgressBar bar;
  private boolean training;
  private int notices;

  public StageProgress(Terminal terminal, GlobalOptions options) {
    this.terminal = terminal;
    this.quiet = options.quiet();
  }

  @Override
  public synchronized void stage(String name) {
    endStage();
    requireGoingOn();
    training = name.startsWith("training");
    ProgressBar next = new ProgressBar(terminal, name, training ? "steps" : "", quiet);
    next.begin();
    bar = next;
  }

  @Override
  public synchronized void progress(long done, long total) {
    if (!training) {
      // Training looks for an interruption by itself, since it has a checkpoint to write first.
      requireGoingOn();
    }
    ProgressBar own = bar;
    if (own != null) {
      own.update(done, total);
    }
  }

  @Override
  public synchronized void notice(String sentence) {
    notices++;
    if (quiet || notices > MOST_NOTICES) {
      return;
    }
    ProgressBar own = bar;
    if (own != null) {
      own.erase();
    }
    terminal.err().println("note: " + Shown.line(sentence));
  }

  @Override
  public synchronized void close() {
    endStage();
    if (!quiet && notices > MOST_NOTICES) {
      terminal
          .err()
          .println(
              String.format(Locale.ROOT, "note: %,d more notes not shown", notices - MOST_NOTICES));
    }
    notices = 0;
  }

  private void endStage() {
    ProgressBar own = bar;
    if (own != null) {
      own.close();
    }
    bar = null;
  }

  private static void requireGoingOn() {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException(new InterruptedException("interrupted"));
    }
  }
}
