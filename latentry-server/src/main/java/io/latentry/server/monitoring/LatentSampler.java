package io.latentry.server.monitoring;

import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.core.monitoring.ProfileCounter;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks models for the latent means of the rows that a {@link Recorder} draws for the sample of an
 * hour. Thread-safe.
 *
 * <p>It does so on a thread of its own that {@linkplain Rest rests}; nobody waits for it. Rows for
 * which there is no room, or that the model has no time for, are left out and counted; so are those
 * that wait when it is closed.
 */
final class LatentSampler implements AutoCloseable {
  /** Rows that wait; those of one more request are taken in above it. */
  private static final long MOST_WAITING = 8_192;

  private static final int MOST_REQUESTS = 1_000;
  private static final int ROWS_OF_A_RUN = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Consumer<String> warn;
  private final LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>(MOST_REQUESTS);
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final Thread asking = new Thread(this::ask, "latentry-latent-means");
  private volatile boolean closing;
  private @Nullable ModelHost host;

  /** Rows of one request that are drawn. Used by the thread that counts, as the counter is. */
  static final class Drawn {
    private final ProfileCounter counter;
    private final List<Row> rows = new ArrayList<>();

    private record Row(int place, long number, Verdict verdict) {}

    Drawn(ProfileCounter counter) {
      this.counter = counter;
    }

    /** Draws for a row that was just counted. */
    void draw(int row, Verdict verdict) {
      counter.sampled().ifPresent(number -> rows.add(new Row(row, number, verdict)));
    }

    /** Those that none of the later ones put out of the sample. */
    private List<Row> left() {
      return rows.stream().filter(row -> counter.isSampled(row.number())).toList();
    }
  }

  /**
   * @param samples those of {@code rows}, in their order
   * @param count has work done by the thread that counts
   */
  private record Request(
      String model,
      int version,
      String digest,
      Samples samples,
      List<Drawn.Row> rows,
      ProfileCounter counter,
      Consumer<Runnable> count) {}

  /**
   * @param warn hears of what cannot be asked for
   */
  LatentSampler(Consumer<String> warn) {
    this.warn = warn;
    asking.setDaemon(true);
  }

  /** From now on models are asked. */
  void start(ModelHost models) {
    host = models;
    asking.start();
  }

  /** Rows that were drawn, and whose latent means are not known, since the start. */
  long missedRows() {
    return missed.get();
  }

  /**
   * Has the latent means of drawn rows counted at some later time, by the thread that counts.
   *
   * @param digest of the version's file: another of the same number is not asked
   * @param samples of the whole request
   * @param count has work done by the thread that counts
   */
  void ask(
      String model,
      int version,
      String digest,
      Samples samples,
      Drawn drawn,
      Consumer<Runnable> count) {
    List<Drawn.Row> rows = drawn.left();
    if (rows.isEmpty()) {
      return;
    }
    if (waiting.get() > MOST_WAITING) {
      missed.addAndGet(rows.size());
      return;
    }
    // Of a large request that is long over few rows are kept.
    Samples some = samples.select(rows.stream().mapToInt(Drawn.Row::place).toArray());
    if (queue.offer(new Request(model, version, digest, some, rows, drawn.counter, count))) {
      waiting.addAndGet(rows.size());
    } else {
      missed.addAndGet(rows.size());
    }
  }

  private void ask() {
    while (!closing) {
      try {
        Request request = queue.take();
        waiting.addAndGet(-request.rows().size());
        for (int from = 0; from < request.rows().size() && !closing; from += ROWS_OF_A_RUN) {
          ask(request, from, Math.min(request.rows().size(), from + ROWS_OF_A_RUN));
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // What one request cannot be asked must not end the asking for others.
        warn.accept("latent means: " + e);
      }
    }
  }

  private void ask(Request request, int from, int to) {
    ModelHost models = host;
    if (models == null) {
      return;
    }
    long start = System.nanoTime();
    try (ModelLease lease = models.lend(request.model(), OptionalInt.of(request.version()))) {
      if (!lease.version().digest().equals(request.digest())
          || !lease.outputs().contains(Output.LATENT_MEAN)) {
        return;
      }
      Judgements judged =
          lease
              .judgeUntold(
                  request.samples().slice(from, to), EnumSet.of(Output.LATENT_MEAN), PATIENCE)
              .join();
      count(request, from, judged);
    } catch (CompletionException | RefusedException busyOrGone) {
      missed.addAndGet(to - from);
    }
    Rest.after(System.nanoTime() - start);
  }

  private static void count(Request request, int from, Judgements judged) {
    float[] means = judged.scores().values(Output.LATENT_MEAN);
    int latent = judged.scores().width(Output.LATENT_MEAN);
    int rows = judged.count();
    request
        .count()
        .accept(
            () -> {
              for (int i = 0; i < rows; i++) {
                Drawn.Row row = request.rows().get(from + i);
                request
                    .counter()
                    .latentMeans(
                        row.number(),
                        Arrays.copyOfRange(means, i * latent, (i + 1) * latent),
                        row.verdict());
              }
            });
  }

  /** Asks for no more. */
  @Override
  public void close() {
    closing = true;
    asking.interrupt();
    try {
      asking.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
