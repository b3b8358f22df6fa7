package io.latentry.server.catalog;

import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.ThresholdMove;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A process that changes models without end and says so at each change, to be killed: {@code MODELS
 * ARTIFACT SEED URL [USER PASSWORD]}.
 */
final class HammeredService {
  private static final String[] NAMES = {"a", "b"};

  private HammeredService() {}

  public static void main(String[] args) throws IOException {
    Path models = Path.of(args[0]);
    byte[] artifact = Files.readAllBytes(Path.of(args[1]));
    int seed = Integer.parseInt(args[2]);
    StoreAddress store =
        new StoreAddress(
            args[3],
            args.length > 4 ? Optional.of(args[4]) : Optional.empty(),
            args.length > 5 ? Optional.of(args[5]) : Optional.empty());
    ServingConfig config =
        new ServingConfig(Duration.ofMillis(20), Duration.ofSeconds(1), 1, 64, 256, 1_000);
    SplittableRandom random = new SplittableRandom(seed);
    ModelCatalog catalog =
        ModelCatalog.open(
            models,
            StoreAddress.folderIn(models),
            config,
            store,
            ServingListener.NONE,
            VerdictTap.NONE,
            Clock.systemUTC());
    for (int tag = seed * 10_000; ; tag++) {
      change(catalog, NAMES[random.nextInt(2)], models, Artifacts.tagged(artifact, tag), random);
      System.out.println("changed");
    }
  }

  private static void change(
      ModelCatalog catalog, String name, Path models, byte[] artifact, SplittableRandom random)
      throws IOException {
    try {
      switch (random.nextInt(7)) {
        case 0, 1 -> {
          Path file = Files.write(models.resolve("upload"), artifact);
          ModelVersion unused = catalog.add(name, file, random.nextBoolean(), "hammer");
        }
        case 2 -> Artifacts.put(models, name, artifact);
        case 3 -> {
          int version = 1 + random.nextInt(catalog.versions(name).size());
          ModelVersion unused = catalog.promote(name, version, "hammer");
        }
        case 4 -> {
          ModelVersion unused = catalog.rollBack(name, "hammer");
        }
        case 5 -> {
          double score = random.nextDouble();
          ThresholdMove unused =
              catalog.moveThreshold(name, m -> m.thresholdAt(score, "hammer"), "hammer");
        }
        default -> {
          ThresholdMove unused = catalog.undoThreshold(name, "hammer");
        }
      }
    } catch (RefusedException e) {
      if (e.refusal() != Refusal.CONFLICT && e.refusal() != Refusal.UNKNOWN) {
        throw e;
      }
    }
  }
}
