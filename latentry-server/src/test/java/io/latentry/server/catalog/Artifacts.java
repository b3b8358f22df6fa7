package io.latentry.server.catalog;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Small models that tell each other apart, fitted once a JVM, and rows for them. */
public final class Artifacts {
  private static final Map<Integer, byte[]> FITTED = new ConcurrentHashMap<>();
  private static final String[] KINDS = {"high", "low", "", "never seen"};

  private Artifacts() {}

  /** A model; another {@code seed} gives other scores. */
  public static byte[] fitted(int seed) {
    return FITTED.computeIfAbsent(seed, Artifacts::fit).clone();
  }

  /** The same model in another file: {@code tag} stands in it as one of its texts. */
  public static byte[] tagged(byte[] artifact, int tag) {
    String text = String.format(Locale.ROOT, "%010d", tag);
    // Of metadata_props an entry of 17 bytes: its key, of 3, and its value, of 10.
    byte[] entry = ("r\u0011\n\u0003tag\u0012\n" + text).getBytes(StandardCharsets.US_ASCII);
    byte[] tagged = Arrays.copyOf(artifact, artifact.length + entry.length);
    System.arraycopy(entry, 0, tagged, artifact.length, entry.length);
    return tagged;
  }

  /** What a disk, a cut connection or a wrong path make of a model. */
  static byte[] corrupt(byte[] artifact, SplittableRandom random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(artifact, random.nextInt(artifact.length));
      }
      case 1 -> {
        byte[] noise = new byte[1 + random.nextInt(10_000)];
        random.nextBytes(noise);
        return noise;
      }
      case 2 -> {
        byte[] flipped = artifact.clone();
        flipped[artifact.length / 4 + random.nextInt(artifact.length / 2)] ^= 0x10;
        return flipped;
      }
      default -> {
        byte[] zeros = artifact.clone();
        int from = random.nextInt(artifact.length / 2);
        Arrays.fill(zeros, from, from + artifact.length / 4, (byte) 0);
        return zeros;
      }
    }
  }

  /** Puts an artifact into a folder of models in one step. */
  static void put(Path models, String name, byte[] artifact) throws IOException {
    Path aside = Files.write(models.resolve(name + ".aside"), artifact);
    Path unused =
        Files.move(
            aside,
            models.resolve(name + ".onnx"),
            java.nio.file.StandardCopyOption.ATOMIC_MOVE,
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** Rows of every sort: usual, strange, with holes, and such that cannot be judged. */
  static Rows rows(Schema schema, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numeric = new float[count * schema.numericCount()];
    String[] categorical = new String[count * schema.categoricalCount()];
    @Nullable String[] faults = new String[count];
    for (int i = 0; i < numeric.length; i++) {
      numeric[i] =
          random.nextInt(30) == 0
              ? Float.NaN
              : (float) (random.nextGaussian() * (random.nextInt(8) == 0 ? 10 : 1));
    }
    for (int i = 0; i < categorical.length; i++) {
      categorical[i] = KINDS[random.nextInt(KINDS.length)];
    }
    for (int row = 0; row < count; row++) {
      faults[row] = random.nextInt(20) == 0 ? "not a number: column 'a'" : null;
    }
    return new Rows(schema, count, numeric, categorical, faults);
  }

  private static byte[] fit(int seed) {
    try {
      Path folder = Files.createTempDirectory("latentry-artifacts");
      Path data = Files.writeString(folder.resolve("data.csv"), table(seed));
      Path model = folder.resolve("model.onnx");
      FitConfig config =
          new FitConfig(
              DataConfig.DEFAULT,
              VaeConfig.defaults().toBuilder().members(1).hidden(List.of(8)).codes(64).build(),
              TrainingConfig.defaults().toBuilder().steps(20).evaluateEvery(20).build(),
              CalibrationConfig.DEFAULT,
              seed);
      FitOutcome unused =
          new FitPipeline(Progress.QUIET)
              .fit(
                  new FitRequest(
                      List.of(data.toString()),
                      StandardInput.streamed(InputStream.nullInputStream()),
                      config,
                      model,
                      Optional.empty(),
                      Optional.empty()));
      byte[] bytes = Files.readAllBytes(model);
      Files.delete(model);
      Files.delete(data);
      Files.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String table(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder table = new StringBuilder("a,b,c,kind\n");
    for (int i = 0; i < 1_100; i++) {
      double u = random.nextGaussian();
      double v = random.nextGaussian();
      table.append(
          String.format(Locale.ROOT, "%.4f,%.4f,%.4f,%s%n", u, v, u - v, v > 0 ? "high" : "low"));
    }
    return table.toString();
  }
}
