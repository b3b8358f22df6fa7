package io.latentry.load;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.load.artifact.ArtifactFuzz;
import io.latentry.load.service.FuzzBenchmark;
import io.latentry.load.service.LoadBenchmark;
import io.latentry.load.service.ManyModelsBenchmark;
import io.latentry.load.service.RecordingBenchmark;
import io.latentry.load.service.SoakBenchmark;
import io.latentry.load.service.Workload;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.scoring.Scorer;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Options and models of the benchmarks of the service. */
final class ServiceCommand {
  private static final String MODEL = LoadKind.MODEL;

  /** Of a request of the fuzz. */
  private static final int ROWS = 3;

  private ServiceCommand() {}

  static void load(Arguments arguments, Path folder, PrintStream out) throws IOException {
    LoadKind kind = arguments.choice("kind", LoadKind.TABLE);
    Profile profile = arguments.choice("model", Profile.FAST);
    int batch = arguments.integer("rows", 100);
    int seconds = arguments.integer("seconds", 3);
    int warmUp = arguments.integer("warm-up-seconds", LoadBenchmark.Request.USUAL_WARM_UP_SECONDS);
    int minutes = arguments.integer("minutes", 0);
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    FitConfig config = FitConfig.DEFAULT.withModel(profile.over(FitConfig.DEFAULT.model()));
    Path models = Files.createDirectory(folder.resolve("models"));
    Workload workload = kind.fit(config, folder, models);
    out.printf(Locale.ROOT, "model %s, %s%n", profile.word(), workload.words());
    LoadBenchmark.run(
        new LoadBenchmark.Request(launcher, models, workload, batch, seconds, warmUp, minutes),
        folder,
        out);
  }

  static void soak(Arguments arguments, Path folder, PrintStream out) throws IOException {
    int minutes = arguments.integer("minutes", 30);
    int rate = arguments.integer("rate", 0);
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    SyntheticTable table = SyntheticTable.of(LoadKind.ROWS, LoadKind.COLUMNS, 1);
    Path models = Files.createDirectory(folder.resolve("models"));
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    Path artifact = FittedModel.fit(table, config, folder, MODEL);
    Path unused = Files.move(artifact, models.resolve(MODEL + ".onnx"));
    SoakBenchmark.run(
        new SoakBenchmark.Request(
            launcher,
            models,
            MODEL,
            table.toRows(),
            folder.resolve(MODEL + "-training.csv"),
            minutes,
            rate),
        folder,
        out);
  }

  static void recording(Arguments arguments, Path folder, PrintStream out) throws IOException {
    List<RecordingBenchmark.Mode> modes = RecordingBenchmark.modes(arguments.list("keep"));
    int batch = arguments.integer("rows", 100);
    int starts = arguments.integer("starts", 1);
    int rounds = arguments.integer("rounds", 8);
    int seconds = arguments.integer("seconds", 5);
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    SyntheticTable table = SyntheticTable.of(LoadKind.ROWS, LoadKind.COLUMNS, 1);
    Path models = Files.createDirectory(folder.resolve("models"));
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    Path artifact = FittedModel.fit(table, config, folder, MODEL);
    Path unused = Files.move(artifact, models.resolve(MODEL + ".onnx"));
    RecordingBenchmark.run(
        new RecordingBenchmark.Request(
            launcher, models, MODEL, table.toRows(), modes, batch, starts, rounds, seconds),
        folder,
        out);
  }

  static void manyModels(Arguments arguments, Path folder, PrintStream out) throws IOException {
    int models = arguments.integer("models", 1_000);
    Path launcher = EndToEndBenchmark.launcher(arguments);
    arguments.requireAllKnown();
    SyntheticTable table = SyntheticTable.of(LoadKind.ROWS, LoadKind.COLUMNS, 1);
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    Path artifact = FittedModel.fit(table, config, folder, MODEL);
    String row;
    try (Scorer scorer = Scorer.open(artifact)) {
      row =
          scorer.manifest().schema().columns().stream()
              .map(column -> "\"" + column.name() + "\":0.5")
              .collect(Collectors.joining(",", "{\"rows\":[{", "}]}"));
    }
    ManyModelsBenchmark.run(
        new ManyModelsBenchmark.Request(launcher, artifact, row, models), folder, out);
  }

  /**
   * @throws IllegalStateException if a request showed a fault, after it was printed
   */
  static void fuzz(Arguments arguments, Path folder, PrintStream out) throws IOException {
    int requests = arguments.integer("requests", 20_000);
    int seed = arguments.integer("seed", 1);
    arguments.requireAllKnown();
    if (!fuzz(requests, seed, folder, out)) {
      throw new IllegalStateException("service-fuzz: a fault, see above (seed " + seed + ")");
    }
  }

  /** Whether no request showed a fault. */
  static boolean fuzz(int requests, long seed, Path folder, PrintStream out) throws IOException {
    Path artifact = fittedToMixed(folder);
    Schema schema;
    try (Scorer scorer = Scorer.open(artifact)) {
      schema = scorer.manifest().schema();
    }
    float[] numbers = new float[ROWS * schema.numericCount()];
    String[] texts = new String[ROWS * schema.categoricalCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i % 5 == 4 ? 1e6f : i % 2;
    }
    for (int i = 0; i < texts.length; i++) {
      texts[i] = i % 3 == 2 ? "no such" : "left";
    }
    return FuzzBenchmark.run(
        new FuzzBenchmark.Request(
            Files.createDirectory(folder.resolve("models")),
            artifact,
            Rows.of(schema, ROWS, numbers, texts),
            requests,
            seed),
        out);
  }

  /**
   * @throws IllegalStateException if a file showed a fault, after it was printed
   */
  static void artifactFuzz(Arguments arguments, Path folder, PrintStream out) throws IOException {
    int mutants = arguments.integer("mutants", 20_000);
    int seed = arguments.integer("seed", 1);
    arguments.requireAllKnown();
    if (!ArtifactFuzz.run(Files.readAllBytes(fittedToMixed(folder)), mutants, seed, out)) {
      throw new IllegalStateException("artifact-fuzz: a fault, see above (seed " + seed + ")");
    }
  }

  /** A small model of columns of every kind. */
  static Path fittedToMixed(Path folder) throws IOException {
    Path data = folder.resolve("mixed.csv");
    writeMixed(data);
    return FittedModel.fit(
        data,
        FittedModel.quick(FittedModel.singleMember(FitConfig.DEFAULT)),
        folder.resolve("fuzz.onnx"),
        Progress.QUIET);
  }

  /** Numbers, truth values and categories. */
  private static void writeMixed(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("pressure,temperature,open,side\n");
    for (int row = 0; row < 1000; row++) {
      double pressure = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%s,%s%n",
              pressure,
              pressure + 0.2 * random.nextGaussian(),
              random.nextBoolean(),
              pressure > 0 ? "left" : "right"));
    }
    Path unused = Files.writeString(file, text);
  }
}
