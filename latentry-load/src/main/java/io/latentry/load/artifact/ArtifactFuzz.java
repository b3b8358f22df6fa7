package io.latentry.load.artifact;

import com.sun.management.ThreadMXBean;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Opens files that are crafted, or changed by chance, one after the other in this process. A file
 * shows a fault if it is neither refused with a reason, within {@value #MOST_MILLIS} ms of
 * processor time (a machine that is busy otherwise takes many times as long by the clock) and
 * {@value #MOST_MEGABYTES} MB of heap, nor gives rows the very scores of the good one (or says of a
 * row why it cannot be judged). Of a graph that was changed together with its digest nobody can ask
 * for the same scores; it has to look at each row by itself. One that ends the process shows the
 * worst; its number is then the last that was printed, or one of the thousand behind it.
 */
public final class ArtifactFuzz {
  static final int MOST_MILLIS = 1_000;
  private static final int MOST_MILLIS_BY_THE_CLOCK = 60 * MOST_MILLIS;
  static final int MOST_MEGABYTES = 64;
  private static final int MOST_REPORTS = 10;
  private static final int STEP = 1_000;
  private static final int ROWS = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final float[] numbers;
  private final String[] texts;
  private final Schema schema;
  private final float[] scores;
  private final PrintStream out;
  private int faults;
  private int refused;
  private long slowestNanos;
  private long slowestByTheClock;
  private long mostBytes;

  private ArtifactFuzz(byte[] good, PrintStream out) {
    this.out = out;
    try (Scorer scorer = Scorer.open(good, ScorerOptions.threads(1))) {
      this.schema = scorer.manifest().schema();
      this.numbers = new float[ROWS * schema.numericCount()];
      this.texts = new String[ROWS * schema.categoricalCount()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (i * 7 % 11) / 5f - 1;
      }
      Arrays.fill(texts, "left");
      this.scores = scores(scorer.judge(rows(schema)));
    }
  }

  /**
   * @param good an artifact
   * @param mutants files that are changed by chance, beside all of {@link Crafted}
   * @return whether none showed a fault
   */
  public static boolean run(byte[] good, int mutants, long seed, PrintStream out) {
    ArtifactFuzz fuzz = new ArtifactFuzz(good, out);
    Map<String, byte[]> crafted = Crafted.of(good);
    // Once before: what is loaded on first use is no file's doing.
    Optional<String> unused = fuzz.fault(crafted.values().iterator().next(), false);
    fuzz.reset();
    crafted.forEach((name, file) -> fuzz.look("crafted, " + name, file, false));
    fuzz.say(crafted.size() + " crafted files");
    fuzz.reset();
    Mutant mutant = new Mutant(good, seed);
    for (int number = 0; number < mutants; number++) {
      if (number > 0 && number % (10 * STEP) == 0) {
        fuzz.say(String.format(Locale.ROOT, "%,d mutants", number));
      }
      Mutant.Made made = mutant.made(number);
      fuzz.look("mutant " + number + " of seed " + seed, made.file(), made.forged());
    }
    fuzz.say(String.format(Locale.ROOT, "%,d mutants", mutants));
    return fuzz.faults == 0;
  }

  private void reset() {
    refused = 0;
    slowestNanos = 0;
    slowestByTheClock = 0;
    mostBytes = 0;
  }

  private void say(String what) {
    out.printf(
        Locale.ROOT,
        "%s: %s; %,d refused, the slowest in %.0f ms of work (%.0f by the clock), at most %.1f MB"
            + " of heap%n",
        what,
        faults == 0 ? "no fault" : faults + " faults",
        refused,
        slowestNanos / 1e6,
        slowestByTheClock / 1e6,
        mostBytes / 1e6);
  }

  private void look(String name, byte[] file, boolean forged) {
    Optional<String> fault = fault(file, forged);
    if (fault.isPresent() && ++faults <= MOST_REPORTS) {
      out.println(name + ": " + fault.get());
    }
  }

  private Optional<String> fault(byte[] file, boolean forged) {
    long begun = System.nanoTime();
    long begunWork = THREADS.getCurrentThreadCpuTime();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
      return forged ? dependence(scorer) : difference(scorer);
    } catch (ArtifactException e) {
      long nanos = THREADS.getCurrentThreadCpuTime() - begunWork;
      long nanosByTheClock = System.nanoTime() - begun;
      // The bytes themselves are there before.
      long bytes = THREADS.getCurrentThreadAllocatedBytes() - before - file.length;
      refused++;
      slowestNanos = Math.max(slowestNanos, nanos);
      slowestByTheClock = Math.max(slowestByTheClock, nanosByTheClock);
      mostBytes = Math.max(mostBytes, bytes);
      return complaint(e, nanos, nanosByTheClock, bytes);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return Optional.of("not refused, but failed: " + e);
    }
  }

  private static Optional<String> complaint(
      ArtifactException e, long nanos, long nanosByTheClock, long bytes) {
    String reason = String.valueOf(e.getMessage());
    if (reason.isBlank() || reason.equals("null")) {
      return Optional.of("refused without a reason");
    }
    if (nanos > MOST_MILLIS * 1_000_000L
        || nanosByTheClock > MOST_MILLIS_BY_THE_CLOCK * 1_000_000L
        || bytes > MOST_MEGABYTES * 1_000_000L) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "refused after %.0f ms of work, %.0f by the clock, and %.1f MB: %.200s",
              nanos / 1e6,
              nanosByTheClock / 1e6,
              bytes / 1e6,
              reason));
    }
    return Optional.empty();
  }

  private Optional<String> difference(Scorer scorer) {
    Schema own = scorer.manifest().schema();
    if (own.numericCount() != schema.numericCount()
        || own.categoricalCount() != schema.categoricalCount()) {
      return Optional.of("opened with other columns");
    }
    Judgements judged = scorer.judge(rows(own));
    for (int row = 0; row < ROWS; row++) {
      float score = judged.score(row);
      boolean told = Float.isNaN(score) && judged.reason(row) != null;
      if (!told && Float.floatToIntBits(score) != Float.floatToIntBits(scores[row])) {
        return Optional.of("row " + row + ": " + score + " (expected: " + scores[row] + ")");
      }
    }
    return Optional.empty();
  }

  /** What it computes is another matter; it must be of each row by itself. */
  private Optional<String> dependence(Scorer scorer) {
    Rows rows = rows(scorer.manifest().schema());
    float[] together = scores(scorer.judge(rows));
    for (int row = 0; row < ROWS; row++) {
      float alone = scorer.judge(rows.slice(row, row + 1)).score(0);
      if (Float.floatToIntBits(alone) != Float.floatToIntBits(together[row])) {
        return Optional.of(
            "row " + row + ": " + alone + " alone (expected: " + together[row] + ", as together)");
      }
    }
    return Optional.empty();
  }

  private Rows rows(Schema of) {
    return Rows.of(of, ROWS, numbers, texts);
  }

  private static float[] scores(Judgements judged) {
    float[] scores = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      scores[row] = judged.score(row);
    }
    return scores;
  }
}
