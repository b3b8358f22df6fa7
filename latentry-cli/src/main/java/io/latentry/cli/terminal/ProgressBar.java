package io.latentry.cli.terminal;

import java.util.Locale;

/**
 * How far a long piece of work is, on standard error: a bar redrawn at most ten times a second
 * where somebody watches, otherwise a plain line at each tenth of the way, two seconds apart or
 * more; nothing when quiet.
 *
 * <p>The time left is the time so far, stretched by the share still to do; it is not shown before
 * there is a second of evidence for it. Thread-safe.
 */
public final class ProgressBar implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long EVIDENCE_NANOS = 1_000_000_000L;

  /** Characters of brackets, gaps, percentage and a time such as {@code 59:59 min left}. */
  private static final int LONGEST_TIME = 30;

  private static final int PLAIN_STEPS = 10;
  private static final long PLAIN_NANOS = 2_000_000_000L;

  private final Terminal terminal;
  private final String what;
  private final String unit;
  private final boolean quiet;
  private final long startNanos;
  private long lastDrawNanos;
  private boolean drawn;
  private boolean updated;
  private boolean closed;
  private int plainStep;

  /**
   * @param what names the work, such as {@code training}
   * @param unit of the counts, such as {@code steps}; empty for a share alone
   */
  ProgressBar(Terminal terminal, String what, String unit, boolean quiet) {
    this.terminal = terminal;
    this.what = Shown.line(what);
    this.unit = unit;
    this.quiet = quiet;
    this.startNanos = terminal.nanoClock().getAsLong();
    this.lastDrawNanos = startNanos;
  }

  /**
   * Tells how far the work is.
   *
   * @param total 0 or less if not known
   */
  public synchronized void update(long done, long total) {
    update(done, total, "");
  }

  /**
   * Tells how far the work is, with a remark such as the loss so far.
   *
   * @param total 0 or less if not known
   */
  public synchronized void update(long done, long total, String remark) {
    if (quiet || closed) {
      return;
    }
    long now = terminal.nanoClock().getAsLong();
    if (terminal.errorIsTerminal()) {
      boolean last = total > 0 && done >= total;
      if (!drawn || !updated || last || now - lastDrawNanos >= REDRAW_NANOS) {
        draw(line(done, total, now - startNanos, Shown.line(remark)));
        lastDrawNanos = now;
        updated = true;
      }
      return;
    }
    int step = total <= 0 ? 0 : (int) Math.min(PLAIN_STEPS, done * PLAIN_STEPS / total);
    if (step > plainStep && now - lastDrawNanos >= PLAIN_NANOS) {
      plainStep = step;
      lastDrawNanos = now;
      terminal.err().println(plainLine(done, total, now - startNanos, Shown.line(remark)));
    }
  }

  /** Names the work before its first step is done. */
  synchronized void begin() {
    if (quiet || closed) {
      return;
    }
    if (terminal.errorIsTerminal()) {
      draw(what);
    } else {
      terminal.err().println(what);
    }
  }

  /** Makes room for a line of text; the bar comes back with the next update. */
  public synchronized void erase() {
    if (drawn && !closed) {
      terminal.err().print("\r\u001b[K");
      drawn = false;
    }
  }

  /** Leaves the last state of the bar on its line. */
  @Override
  public synchronized void close() {
    if (drawn && !closed) {
      if (!updated) {
        draw(joined(what, duration(terminal.nanoClock().getAsLong() - startNanos)));
      }
      terminal.err().println();
    }
    closed = true;
  }

  private void draw(String line) {
    String cut =
        line.length() < terminal.columns() ? line : line.substring(0, terminal.columns() - 1);
    // Erase to the end of the line: the one before may have been longer.
    terminal.err().print("\r" + cut + "\u001b[K");
    terminal.err().flush();
    drawn = true;
  }

  private String line(long done, long total, long elapsedNanos, String remark) {
    if (total <= 0) {
      return joined(what, count(done), duration(elapsedNanos), remark);
    }
    double share = Math.min(1, (double) done / total);
    // The bar gives way to the words around it, so that the time left is not cut off.
    int words = what.length() + count(total, total).length() + LONGEST_TIME;
    int width = Math.max(4, Math.min(30, terminal.columns() - words));
    int full = (int) Math.floor(share * width);
    String bar = "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
    return joined(
        what, bar, percent(share), count(done, total), timeLeft(share, elapsedNanos), remark);
  }

  private String plainLine(long done, long total, long elapsedNanos, String remark) {
    double share = Math.min(1, (double) done / total);
    return joined(
        what + ":", percent(share), count(done, total), timeLeft(share, elapsedNanos), remark);
  }

  private String count(long done) {
    return unit.isEmpty() ? "" : String.format(Locale.ROOT, "%,d %s", done, unit);
  }

  private String count(long done, long total) {
    return unit.isEmpty() ? "" : String.format(Locale.ROOT, "%,d/%,d %s", done, total, unit);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%3d %%", (int) Math.floor(share * 100));
  }

  private static String timeLeft(double share, long elapsedNanos) {
    if (share >= 1) {
      return "in " + duration(elapsedNanos);
    }
    if (share <= 0 || elapsedNanos < EVIDENCE_NANOS) {
      return "";
    }
    return duration((long) (elapsedNanos * (1 - share) / share)) + " left";
  }

  /** {@code 4.2 s}, {@code 3:07 min} or {@code 2:05 h}. */
  public static String duration(long nanos) {
    double seconds = nanos / 1e9;
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
  }

  private static String joined(String... parts) {
    StringBuilder line = new StringBuilder();
    for (String part : parts) {
      if (!part.isEmpty()) {
        line.append(line.isEmpty() ? "" : "  ").append(part);
      }
    }
    return line.toString();
  }
}
