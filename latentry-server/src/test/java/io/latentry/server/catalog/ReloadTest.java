package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Digest;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.ServingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloads under load; {@code -Dlatentry.reloads=500} makes it the long run. */
class ReloadTest {
  private static final int RELOADS = Integer.getInteger("latentry.reloads", 30);
  private static final int MODELS = 3;
  private static final int CALLERS = 4;
  private static final long SEED = 7;
  private static final ServingConfig CONFIG =
      new ServingConfig(Duration.ofMillis(10), Duration.ofSeconds(30), 2, 64, 256, 10_000);

  @TempDir Path models;
  @TempDir Path elsewhere;

  /** Which of the models a file is, by its digest; a corrupt file is none. */
  private final Map<String, Integer> modelOf = new ConcurrentHashMap<>();

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void reloadsUnderLoadFailNoRequestAndFalsifyNoAnswer() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Integer, List<Case>> cases = new HashMap<>();
    for (int model = 0; model < MODELS; model++) {
      try (Scorer scorer = Verdicts.scorer(elsewhere, Artifacts.fitted(model + 1))) {
        List<Case> ofModel = new ArrayList<>();
        for (int count : new int[] {1, 1, 2, 5, 300}) {
          Rows rows = Artifacts.rows(scorer.manifest().schema(), count, count);
          ofModel.add(new Case(rows, scorer.judge(rows)));
        }
        cases.put(model, ofModel);
      }
    }
    put(Artifacts.fitted(1), 0);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (ModelCatalog catalog = ModelCatalog.open(models, CONFIG)) {
      for (int caller = 0; caller < CALLERS; caller++) {
        int first = caller;
        callers.execute(() -> ask(catalog, cases, first));
      }
      int bad = 0;
      for (int reload = 1; reload <= RELOADS && failures.isEmpty(); reload++) {
        int model = reload % MODELS;
        byte[] good = Artifacts.tagged(Artifacts.fitted(model + 1), reload);
        if (reload % 5 == 0) {
          bad++;
          String digest = put(Artifacts.corrupt(good, random), -1);
          await(catalog, digest, version -> version.state() == State.FAILED);
        } else {
          String digest = put(good, model);
          await(
              catalog,
              digest,
              version ->
                  version.state() == State.READY && version.role() == ModelVersion.Role.CHAMPION);
        }
      }
      over.set(true);
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

      assertThat(failures).as("seed %s", SEED).isEmpty();
      assertThat(bad).isEqualTo(RELOADS / 5);
      assertThat(answers.get()).isGreaterThan(10L * RELOADS);
      // The champion, and the one before it; the others gave their memory back.
      assertThat(catalog.versions("m").stream().filter(version -> version.state() == State.READY))
          .hasSize(2);
    } finally {
      over.set(true);
      callers.shutdownNow();
    }
    System.out.printf("%d reloads, %d answers%n", RELOADS, answers.get());
  }

  private record Case(Rows rows, Judgements expected) {}

  private void ask(ModelCatalog catalog, Map<Integer, List<Case>> cases, int first) {
    try {
      for (int i = first; !over.get(); i++) {
        try (ModelLease lease = catalog.lend("m", OptionalInt.empty())) {
          if (first == 0) {
            awaitThreeReloads(catalog, lease.version().version());
          }
          Integer model = modelOf.get(lease.version().digest());
          Case asked = cases.get(model).get(i % cases.get(model).size());
          Judgements got =
              Verdicts.get(lease.judge(asked.rows(), Set.of(), Duration.ofSeconds(30)));
          Verdicts.assertSame(got, asked.expected(), Set.of());
          answers.incrementAndGet();
        }
      }
    } catch (Throwable failure) {
      failures.add(failure);
    }
  }

  /** One caller is slow: by then its version is neither champion nor the one before it. */
  private void awaitThreeReloads(ModelCatalog catalog, int lent) throws InterruptedException {
    while (!over.get() && catalog.versions("m").size() < lent + 3) {
      Thread.sleep(2);
    }
  }

  private String put(byte[] artifact, int model) throws Exception {
    String digest = HexFormat.of().formatHex(Digest.sha256().digest(artifact));
    if (model >= 0) {
      modelOf.put(digest, model);
    }
    // Half of the time as a copy does it, which shows the file half-written.
    if (artifact.length % 2 == 0) {
      Artifacts.put(models, "m", artifact);
    } else {
      Path unused = Files.write(models.resolve("m.onnx"), artifact);
    }
    return digest;
  }

  private void await(ModelCatalog catalog, String digest, Predicate<ModelVersion> state)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (catalog.versions("m").stream()
        .noneMatch(version -> version.digest().equals(digest) && state.test(version))) {
      assertThat(System.nanoTime()).as("%s", catalog.versions("m")).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
