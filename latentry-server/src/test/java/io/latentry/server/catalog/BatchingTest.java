package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.server.batching.Batcher;
import io.latentry.server.batching.Workers;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchingTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int MOST_QUEUED = 2_000;

  @TempDir Path folder;

  private final Tape tape = new Tape();
  private final List<Workers> started = new ArrayList<>();
  private Scorer alone;
  private volatile Threshold inForce;

  @BeforeEach
  void open() throws Exception {
    alone = Verdicts.scorer(folder, Artifacts.fitted(1));
    inForce = alone.manifest().threshold().current();
  }

  @AfterEach
  void close() {
    tape.letGo();
    started.forEach(Workers::close);
    alone.close();
  }

  @Test
  void verdictsAreTheSameToTheLastBitWhoeverSharesTheRun() throws Exception {
    LoadedVersion version = version(2, 32 * 300);
    List<Set<Output>> also =
        List.of(Set.of(), Set.of(Output.RECONSTRUCTION, Output.RECONSTRUCTION_CATEGORICAL));
    ExecutorService callers = Executors.newFixedThreadPool(32);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 32; caller++) {
        int seed = caller;
        all.add(
            callers.submit(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    int count = i % 20 == 7 ? 300 : 1 + (seed + i) % 5;
                    Rows rows = rows(count, seed * 100L + i);
                    Set<Output> wanted = also.get(i % 2);
                    Judgements got = Verdicts.get(version.judge(rows, wanted, LONG));
                    Verdicts.assertSame(got, alone.judge(rows, wanted), wanted);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        Object unused = one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(tape.runs).anySatisfy(run -> assertThat(run.requests()).isGreaterThan(1));
  }

  @Test
  void aRequestOnAnIdleMachineRunsByItselfAtOnce() throws Exception {
    LoadedVersion version = version(1);
    for (int i = 0; i < 5; i++) {
      Verdicts.get(version.judge(rows(1, i), Set.of(), LONG));
    }
    assertThat(tape.runs).hasSize(5).allSatisfy(run -> assertThat(run.rows()).isEqualTo(1));
  }

  @Test
  void whatWaitsTogetherRunsTogetherUpToTheLimit() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    List<CompletableFuture<Judgements>> waiting = judge(version, 300, 1);
    tape.letGo();
    Verdicts.get(first);
    for (CompletableFuture<Judgements> one : waiting) {
      assertThat(Verdicts.get(one).count()).isEqualTo(1);
    }
    assertThat(tape.runs).containsExactly(new Run(1, 1), new Run(256, 256), new Run(44, 44));
  }

  @Test
  void duringARunAFewRowsWaitForItsEndAndAsManyAsARunTakesGetAWorkerOfTheirOwn() throws Exception {
    LoadedVersion version = version(2);
    CompletableFuture<Judgements> first = stall(version);
    List<CompletableFuture<Judgements>> waiting = judge(version, 15, 1);
    assertThat(version.queuedRows()).isEqualTo(15);
    waiting.add(version.judge(rows(1, 15), Set.of(), LONG));
    long end = System.nanoTime() + LONG.toNanos();
    while (tape.runs.size() < 2 && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertThat(first).isNotDone();
    assertThat(tape.runs).containsExactly(new Run(1, 1), new Run(16, 16));
    tape.letGo();
    for (CompletableFuture<Judgements> one : waiting) {
      assertThat(Verdicts.get(one).count()).isEqualTo(1);
    }
  }

  @Test
  void requestsForOtherOutputsRunApart() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    Set<Output> also = Set.of(Output.RECONSTRUCTION);
    CompletableFuture<Judgements> plain = version.judge(rows(3, 1), Set.of(), LONG);
    CompletableFuture<Judgements> more = version.judge(rows(2, 2), also, LONG);
    tape.letGo();
    Verdicts.get(first);
    assertThat(Verdicts.get(plain).scores().outputs()).doesNotContain(Output.RECONSTRUCTION);
    assertThat(Verdicts.get(more).scores().outputs()).contains(Output.RECONSTRUCTION);
    assertThat(tape.runs).contains(new Run(3, 1), new Run(2, 1));
  }

  @Test
  void aLargeRequestIsWorkedOffInPiecesAndSmallOnesPassBetweenThem() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    Rows large = rows(1_000, 1);
    CompletableFuture<Judgements> pieces = version.judge(large, Set.of(), LONG);
    CompletableFuture<Judgements> small = version.judge(rows(1, 2), Set.of(), LONG);
    tape.letGo();
    Verdicts.get(first);
    Verdicts.get(small);
    Verdicts.assertSame(Verdicts.get(pieces), alone.judge(large), Set.of());
    assertThat(tape.runs.stream().map(Run::rows))
        .hasSize(6)
        .startsWith(1)
        .contains(256, 1_000 - 3 * 256);
    // Of the runs after the first, the small request's is one of the first two.
    assertThat(tape.runs.stream().skip(1).limit(2).map(Run::rows)).contains(1);
  }

  @Test
  void smallRequestsDoNotKeepALargeOneWaiting() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    List<CompletableFuture<Judgements>> small = judge(version, 1_000, 1);
    CompletableFuture<Judgements> large = version.judge(rows(256, 1), Set.of(), LONG);
    tape.letGo();
    Verdicts.get(first);
    Verdicts.get(large);
    for (CompletableFuture<Judgements> one : small) {
      Verdicts.get(one);
    }
    List<Run> runs = List.copyOf(tape.runs);
    assertThat(runs.indexOf(new Run(256, 1))).isBetween(1, 2);
  }

  @Test
  void beyondTheBoundOfTheQueueARequestIsRefusedAsBusyAndTheOthersAreAnswered() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    List<CompletableFuture<Judgements>> waiting = judge(version, MOST_QUEUED / 50, 50);
    RefusedException refused = Verdicts.refusal(version.judge(rows(1, 1), Set.of(), LONG));
    assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
    assertThat(refused).hasMessageContaining(String.valueOf(MOST_QUEUED));
    tape.letGo();
    Verdicts.get(first);
    for (CompletableFuture<Judgements> one : waiting) {
      assertThat(Verdicts.get(one).count()).isEqualTo(50);
    }
    // Room again.
    Verdicts.get(version.judge(rows(1, 2), Set.of(), LONG));
    assertThat(version.queuedRows()).isZero();
  }

  @Test
  void aRequestThatNeverFitsIsRefusedAsTooLarge() throws Exception {
    RefusedException refused =
        Verdicts.refusal(version(1).judge(rows(MOST_QUEUED + 1, 1), Set.of(), LONG));
    assertThat(refused.refusal()).isEqualTo(Refusal.TOO_LARGE);
  }

  @Test
  void whatWaitsTooLongIsRefusedInTimeThoughEveryWorkerIsBusy() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    CompletableFuture<Judgements> patient = version.judge(rows(1, 1), Set.of(), LONG);
    CompletableFuture<Judgements> small =
        version.judge(rows(1, 2), Set.of(), Duration.ofMillis(30));
    CompletableFuture<Judgements> large =
        version.judge(rows(600, 3), Set.of(), Duration.ofMillis(30));

    assertThat(Verdicts.refusal(small).refusal()).isEqualTo(Refusal.DEADLINE);
    assertThat(Verdicts.refusal(large).refusal()).isEqualTo(Refusal.DEADLINE);
    assertThat(first).isNotDone();

    tape.letGo();
    Verdicts.get(first);
    assertThat(Verdicts.get(patient).count()).isEqualTo(1);
    // The engine ran for neither.
    assertThat(tape.runs).containsExactly(new Run(1, 1), new Run(1, 1));
    assertThat(version.queuedRows()).isZero();
  }

  @Test
  void aWaitForEverIsOne() throws Exception {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(Verdicts.get(version(1).judge(rows(2, 1), Set.of(), forEver)).count()).isEqualTo(2);
  }

  @Test
  void aRequestThatCannotRunFailsAlone() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    Rows good = rows(2, 1);
    Rows bad = rows(1, 2);
    // No reader makes such rows; the engine chokes on them.
    bad.categorical()[0] = null;
    CompletableFuture<Judgements> before = version.judge(good, Set.of(), LONG);
    CompletableFuture<Judgements> between = version.judge(bad, Set.of(), LONG);
    CompletableFuture<Judgements> after = version.judge(good, Set.of(), LONG);
    tape.letGo();
    Verdicts.get(first);

    Verdicts.assertSame(Verdicts.get(before), alone.judge(good), Set.of());
    Verdicts.assertSame(Verdicts.get(after), alone.judge(good), Set.of());
    assertThat(between).failsWithin(Duration.ofSeconds(30));
    // The worker lives.
    Verdicts.get(version.judge(good, Set.of(), LONG));
  }

  @Test
  void aWorkerOutlivesWhatItsRunThrows() throws Exception {
    Workers workers = new Workers(1, System::nanoTime);
    started.add(workers);
    Queue<Throwable> told = new ConcurrentLinkedQueue<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> told.add(thrown));
    try {
      Error thrown = new OutOfMemoryError("made up");
      CompletableFuture<Void> next = new CompletableFuture<>();
      offer(
          workers,
          () -> {
            throw thrown;
          });
      offer(workers, () -> next.complete(null));
      next.get(30, TimeUnit.SECONDS);
      assertThat(told).containsExactly(thrown);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aRequestThatNobodyWaitsForAnyMoreIsNotRun() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    CompletableFuture<Judgements> small = version.judge(rows(1, 1), Set.of(), LONG);
    CompletableFuture<Judgements> large = version.judge(rows(500, 1), Set.of(), LONG);
    assertThat(small.cancel(false)).isTrue();
    assertThat(large.cancel(false)).isTrue();
    tape.letGo();
    Verdicts.get(first);
    Verdicts.get(version.judge(rows(3, 2), Set.of(), LONG));
    assertThat(tape.runs).containsExactly(new Run(1, 1), new Run(3, 1));
    assertThat(version.queuedRows()).isZero();
  }

  @Test
  void aRequestIsJudgedByTheThresholdThatWasInForceWhenItCame() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    Rows rows = rows(50, 1);
    CompletableFuture<Judgements> before = version.judge(rows, Set.of(), LONG);
    inForce = threshold(-1e9);
    CompletableFuture<Judgements> after = version.judge(rows, Set.of(), LONG);
    tape.letGo();
    Verdicts.get(first);

    Verdicts.assertSame(Verdicts.get(before), alone.judge(rows), Set.of());
    Judgements moved = Verdicts.get(after);
    assertThat(moved.count(Verdict.NORMAL)).isZero();
    assertThat(moved.count(Verdict.ANOMALY)).isPositive();
  }

  @Test
  void noRowsGetNoVerdicts() throws Exception {
    assertThat(Verdicts.get(version(1).judge(rows(0, 1), Set.of(), LONG)).count()).isZero();
  }

  @Test
  void aVersionThatIsClosedUnderItsRequestsRefusesThem() throws Exception {
    LoadedVersion version = version(1);
    CompletableFuture<Judgements> first = stall(version);
    List<CompletableFuture<Judgements>> waiting = judge(version, 5, 1);
    waiting.add(version.judge(rows(600, 9), Set.of(), LONG));
    version.close();
    tape.letGo();

    Verdicts.get(first);
    for (CompletableFuture<Judgements> one : waiting) {
      assertThat(Verdicts.refusal(one).refusal()).isEqualTo(Refusal.NOT_READY);
    }
    RefusedException late = Verdicts.refusal(version.judge(rows(1, 1), Set.of(), LONG));
    assertThat(late.refusal()).isEqualTo(Refusal.NOT_READY);
  }

  private LoadedVersion version(int workerCount) {
    return version(workerCount, MOST_QUEUED);
  }

  private LoadedVersion version(int workerCount, int mostQueued) {
    Workers workers = new Workers(workerCount, System::nanoTime);
    started.add(workers);
    ServingConfig config =
        new ServingConfig(
            Duration.ofSeconds(1), Duration.ofSeconds(1), workerCount, 64, 256, mostQueued);
    Scorer scorer;
    try {
      scorer = Verdicts.scorer(folder, Artifacts.fitted(1));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return new LoadedVersion(
        1,
        scorer,
        new Batcher("m", 1, scorer, config, workers, tape, VerdictTap.NONE, System::nanoTime),
        this::asItStands,
        System::nanoTime,
        () -> {});
  }

  private ModelVersion asItStands() {
    return new ModelVersion(
        "m",
        1,
        "",
        0,
        Instant.EPOCH,
        "test",
        ModelVersion.Role.CHAMPION,
        ModelVersion.State.READY,
        "",
        Optional.of(inForce),
        List.of());
  }

  private static void offer(Workers workers, Runnable run) {
    Deque<Runnable> one = new ArrayDeque<>(List.of(run));
    Workers.Waiting waiting =
        new Workers.Waiting() {
          @Override
          public Runnable take() {
            return one.remove();
          }

          @Override
          public boolean isEmpty() {
            return one.isEmpty();
          }

          @Override
          public boolean isReady() {
            return true;
          }

          @Override
          public List<Runnable> expire(long nanos) {
            return List.of();
          }
        };
    workers.lock.lock();
    try {
      workers.offer(waiting, false);
    } finally {
      workers.lock.unlock();
    }
  }

  /** Keeps the only worker busy until the tape lets go. */
  private CompletableFuture<Judgements> stall(LoadedVersion version) throws Exception {
    tape.hold();
    CompletableFuture<Judgements> first = version.judge(rows(1, 0), Set.of(), LONG);
    tape.awaitHeld();
    return first;
  }

  private List<CompletableFuture<Judgements>> judge(LoadedVersion version, int requests, int rows) {
    return new ArrayList<>(
        IntStream.range(0, requests)
            .mapToObj(i -> version.judge(rows(rows, i), Set.of(), LONG))
            .toList());
  }

  private Rows rows(int count, long seed) {
    return Artifacts.rows(alone.manifest().schema(), count, seed);
  }

  private Threshold threshold(double score) {
    Threshold fitted = alone.manifest().threshold().current();
    return new Threshold(
        score, Threshold.Rule.MANUAL, 1, 1, fitted.calibrationRows(), fitted.modelId(), "test");
  }

  private record Run(int rows, int requests) {}

  /** Notes the runs, and holds a worker where it tells of one. */
  private static final class Tape implements ServingListener {
    final Queue<Run> runs = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final CountDownLatch held = new CountDownLatch(1);

    void hold() {
      gate = new CountDownLatch(1);
    }

    void letGo() {
      gate.countDown();
    }

    void awaitHeld() throws InterruptedException {
      assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void ran(String model, int version, int rows, int requests, double seconds) {
      runs.add(new Run(rows, requests));
      held.countDown();
      try {
        boolean unused = gate.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
