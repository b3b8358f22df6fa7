package io.latentry.load;

import io.latentry.load.growth.Curve;
import io.latentry.load.growth.Method;
import io.latentry.load.growth.Page;
import io.latentry.load.growth.Part;
import io.latentry.load.growth.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How {@code fit} and {@code score} grow, as processes, beside rivals in Python; written as a page
 * with a picture for each part.
 */
final class GrowthBenchmark {
  /** Where a process took less, it runs twice: what disturbs it only adds. */
  private static final double SHORT_SECONDS = 5;

  private static final int WINDOW = 16;
  private static final List<String> PARTS = List.of("rows", "columns", "codes", "keys", "images");

  /**
   * Its size.
   *
   * @param columns where they do not grow
   * @param fewRows fitted where columns grow
   * @param trainingRows fitted before rows are scored, and scored where columns grow
   * @param scoredRows scored where codes grow
   * @param imageCount fitted, and as many scored
   * @param points of a series, fitted, and as many scored
   */
  record Size(
      int columns,
      int fewRows,
      int trainingRows,
      int scoredRows,
      int imageCount,
      int points,
      long[] fitRows,
      long[] scoreRows,
      long[] widths,
      long[] codes,
      long[] keys,
      long[] imageSides) {
    static final Size WHOLE =
        new Size(
            30,
            3_000,
            10_000,
            100_000,
            40,
            100_000,
            new long[] {1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000},
            new long[] {1_000, 10_000, 100_000, 1_000_000, 10_000_000},
            new long[] {3, 30, 100, 300, 1_000, 3_000},
            new long[] {160, 640, 2_560, 10_240},
            new long[] {1, 10, 100, 1_000},
            new long[] {32, 64, 128, 256});
  }

  /**
   * What to run.
   *
   * @param python an interpreter that has PyOD
   * @param parts those of {@link #PARTS} that are wanted
   * @param machine what else the machine did, in words
   * @param page Markdown; pictures go into a folder of its name beside it
   */
  record Request(
      Path launcher,
      Optional<Path> python,
      List<String> parts,
      int limitSeconds,
      String machine,
      Path page) {}

  private final Size size;
  private final Request request;
  private final Path folder;
  private final GrowthData data;
  private final PrintStream out;
  private boolean hasFailed;

  private GrowthBenchmark(Size size, Request request, Path folder, PrintStream out) {
    this.size = size;
    this.request = request;
    this.folder = folder;
    this.data = new GrowthData(folder);
    this.out = out;
  }

  static void run(Arguments arguments, Path folder, PrintStream out) throws IOException {
    List<String> parts = arguments.list("only");
    Request request =
        new Request(
            EndToEndBenchmark.launcher(arguments),
            arguments.optionalPath("python"),
            parts.isEmpty() ? PARTS : parts,
            arguments.integer("limit", 60),
            arguments.text("machine").orElse("with nothing else to do"),
            arguments.path("out", Path.of("performance.md")));
    arguments.requireAllKnown();
    run(Size.WHOLE, request, folder, out);
  }

  static void run(Size size, Request request, Path folder, PrintStream out) throws IOException {
    for (String part : request.parts()) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException(
            "--only: '" + part + "' (expected: among " + PARTS + ")");
      }
    }
    new GrowthBenchmark(size, request, folder, out).run();
  }

  private void run() throws IOException {
    String starts = starts();
    String rivals = rivals();
    Page.About about =
        new Page.About(
            "%d cores of %s, %s"
                .formatted(
                    Runtime.getRuntime().availableProcessors(), processor(), request.machine()),
            rivals,
            starts,
            request.limitSeconds());
    String name = request.page().getFileName().toString().replaceFirst("\\.md$", "");
    Path pictures = Files.createDirectories(request.page().resolveSibling(name));
    List<Part> parts = new ArrayList<>();
    for (String wanted : request.parts()) {
      Part part =
          switch (wanted) {
            case "rows" -> rows();
            case "columns" -> columns();
            case "codes" -> codes();
            case "keys" -> keys();
            default -> images();
          };
      parts.add(part);
      // After each, so that a run that is cut short leaves what it has.
      Path picture = Files.writeString(pictures.resolve(part.name() + ".svg"), Plot.svg(part));
      Path page = Files.writeString(request.page(), Page.markdown(about, parts, name));
      out.println("written: " + page + ", " + picture);
    }
    if (hasFailed) {
      throw new IllegalStateException("growth: a process of ours failed, see above");
    }
  }

  private Part rows() throws IOException {
    Map<Method, Curve> fit = start(methods());
    for (long rows : size.fitRows()) {
      Path fitted = data.table("fitted", rows, size.columns(), 1);
      measure("fit", fit, rows, method -> fit(method, fitted, List.of()));
    }
    Map<Method, Curve> score = start(methods());
    Path training = data.table("fitted", size.trainingRows(), size.columns(), 1);
    for (Method method : methods()) {
      MeasuredProcess unused =
          MeasuredProcess.run(fit(method, training, List.of()), log()).orThrow("fit");
    }
    for (long rows : size.scoreRows()) {
      Path scored = data.table("scored", rows, size.columns(), 2);
      measure("score", score, rows, method -> score(method, scored));
    }
    return part(
        "rows",
        "Rows",
        "Numbers in %,d columns, as Parquet; what is scored, by models of %,d rows. Of more than 250,000 rows Latentry's `fit` draws as many (`--sample-rows`)."
            .formatted(size.columns(), size.trainingRows()),
        fit,
        score);
  }

  private Part columns() throws IOException {
    return grow(
        "columns",
        "Columns",
        "Numbers in %,d rows to fit and %,d to score, as Parquet."
            .formatted(size.fewRows(), size.trainingRows()),
        methods(),
        size.widths(),
        width ->
            new Input(
                data.table("fitted", size.fewRows(), (int) width, 1),
                data.table("scored", size.trainingRows(), (int) width, 2),
                List.of()));
  }

  private Part codes() throws IOException {
    Path fitted = data.table("fitted", 2L * size.trainingRows(), size.columns(), 1);
    Path scored = data.table("scored", size.scoredRows(), size.columns(), 2);
    return grow(
        "codes",
        "Stored codes",
        "`model: {codes: N}`, Latentry alone: %,d rows of %,d columns to fit, %,d to score."
            .formatted(2 * size.trainingRows(), size.columns(), size.scoredRows()),
        List.of(Method.LATENTRY),
        size.codes(),
        codes -> {
          Path config = folder.resolve("codes.yaml");
          Path unused = Files.writeString(config, "model: {codes: %d}%n".formatted(codes));
          return new Input(fitted, scored, List.of("--config", config.toString()));
        });
  }

  private Part keys() throws IOException {
    return grow(
        "keys",
        "Keys of a series",
        "Latentry alone: %,d points of %,d channels in all, dealt out to the keys, in windows of %d; as many to score. What grows is what a key costs by itself."
            .formatted(size.points(), GrowthData.CHANNELS, WINDOW),
        List.of(Method.LATENTRY),
        size.keys(),
        keys ->
            new Input(
                data.series("fitted", size.points(), (int) keys, 1),
                data.series("scored", size.points(), (int) keys, 2),
                List.of(
                    "--key",
                    GrowthData.KEY,
                    "--time",
                    SyntheticSeries.TIME,
                    "--window",
                    String.valueOf(WINDOW))));
  }

  private Part images() throws IOException {
    return grow(
        "images",
        "Pixels of an image's side",
        "Latentry alone: %,d square grey PNG files to fit and as many to score, judged at their own size (`--image-size`). A side twice as long has four times the pixels."
            .formatted(size.imageCount()),
        List.of(Method.LATENTRY),
        size.imageSides(),
        side ->
            new Input(
                data.images("fitted-" + side, size.imageCount(), (int) side, 1),
                data.images("scored-" + side, size.imageCount(), (int) side, 2),
                List.of("--image-size", String.valueOf(side))));
  }

  /**
   * What is worked on at one size.
   *
   * @param options of our {@code fit}
   */
  private record Input(Path fitted, Path scored, List<String> options) {}

  private interface Inputs {
    Input at(long size) throws IOException;
  }

  /** Fits at each size, and scores with what was fitted. */
  private Part grow(
      String name, String title, String setting, List<Method> methods, long[] sizes, Inputs inputs)
      throws IOException {
    Map<Method, Curve> fit = start(methods);
    Map<Method, Curve> score = start(methods);
    for (long at : sizes) {
      Input input = inputs.at(at);
      measure("fit", fit, at, method -> fit(method, input.fitted(), input.options()));
      for (Method method : methods) {
        Curve fitted = fit.get(method);
        if (fitted != null && !fitted.end().isEmpty()) {
          score.computeIfPresent(
              method,
              (m, curve) -> curve.end().isEmpty() ? curve.endedBy("no fit of more") : curve);
        }
      }
      measure("score", score, at, method -> score(method, input.scored()));
    }
    return part(name, title, setting, fit, score);
  }

  private static Part part(
      String name, String title, String setting, Map<Method, Curve> fit, Map<Method, Curve> score) {
    return new Part(name, title, setting, List.copyOf(fit.values()), List.copyOf(score.values()));
  }

  private static Map<Method, Curve> start(List<Method> methods) {
    Map<Method, Curve> curves = new EnumMap<>(Method.class);
    methods.forEach(method -> curves.put(method, Curve.of(method)));
    return curves;
  }

  /** One more point of each curve that has not ended. */
  private void measure(
      String what, Map<Method, Curve> curves, long at, Function<Method, List<String>> command)
      throws IOException {
    for (Map.Entry<Method, Curve> entry : curves.entrySet()) {
      Curve curve = entry.getValue();
      if (curve.end().isEmpty()) {
        Curve further = measured(curve, at, command.apply(curve.method()));
        entry.setValue(further);
        told(what, further);
      }
    }
  }

  private Curve measured(Curve curve, long at, List<String> command) throws IOException {
    boolean isOurs = curve.method() == Method.LATENTRY;
    double limit = isOurs ? Double.POSITIVE_INFINITY : request.limitSeconds();
    double expected = curve.expectedSeconds(at);
    if (expected > limit) {
      return curve.endedBy(
          String.format(Locale.ROOT, "%,d would take some %,.0f s by its slope", at, expected));
    }
    Optional<MeasuredProcess> first = MeasuredProcess.runWithin(limit, command, log());
    if (first.isEmpty()) {
      return curve.endedBy(
          String.format(Locale.ROOT, "%,d took more than %,d s", at, request.limitSeconds()));
    }
    MeasuredProcess process = first.get();
    if (process.exitCode() != 0) {
      String said = process.output().strip();
      String last = said.substring(said.lastIndexOf('\n') + 1);
      hasFailed |= isOurs;
      return curve.endedBy(String.format(Locale.ROOT, "%,d failed: %s", at, last));
    }
    double seconds = process.seconds();
    long peak = process.peakBytes();
    if (seconds < SHORT_SECONDS) {
      MeasuredProcess again =
          MeasuredProcess.run(command, log()).orThrow(String.join(" ", command));
      seconds = Math.min(seconds, again.seconds());
      peak = Math.min(peak, again.peakBytes());
    }
    return curve.with(new Curve.Point(at, seconds, peak));
  }

  private void told(String what, Curve curve) {
    String how = curve.end();
    if (how.isEmpty()) {
      Curve.Point last = curve.points().get(curve.points().size() - 1);
      how =
          String.format(
              Locale.ROOT,
              "%,d: %.2f s, %,d MB",
              last.size(),
              last.seconds(),
              last.peakBytes() >> 20);
    }
    out.println(what + ", " + curve.method().shown() + ", " + how);
    out.flush();
  }

  private List<Method> methods() {
    return request.python().isEmpty() ? List.of(Method.LATENTRY) : List.of(Method.values());
  }

  private List<String> fit(Method method, Path from, List<String> options) {
    List<String> command = new ArrayList<>(program(method, "fit"));
    if (method == Method.LATENTRY) {
      command.addAll(List.of(from.toString(), "-o", model(method)));
      command.addAll(options);
    } else {
      command.addAll(List.of(method.word(), from.toString(), model(method)));
    }
    return command;
  }

  private List<String> score(Method method, Path from) {
    List<String> command = new ArrayList<>(program(method, "score"));
    command.addAll(List.of(model(method), from.toString()));
    if (method == Method.LATENTRY) {
      command.addAll(List.of("-o", folder.resolve("scores.parquet").toString()));
    } else {
      command.add(folder.resolve("scores.npy").toString());
    }
    return command;
  }

  private String model(Method method) {
    String ending = method == Method.LATENTRY ? ".onnx" : ".joblib";
    return folder.resolve(method.word() + ending).toString();
  }

  private List<String> program(Method method, String command) {
    Path launcher = request.launcher().toAbsolutePath();
    if (method == Method.LATENTRY) {
      return List.of(launcher.toString(), command);
    }
    String script = launcher.resolveSibling("scripts/growth-rivals.py").toString();
    return List.of(request.python().orElseThrow().toString(), script, command);
  }

  /** What of a short process is none of its work. */
  private String starts() throws IOException {
    List<String> ours = List.of(request.launcher().toAbsolutePath().toString(), "--version");
    StringBuilder text = new StringBuilder("Of each process a start is part: ");
    text.append(start("`./latentry --version`", ours));
    for (Method method : methods()) {
      if (method != Method.LATENTRY) {
        List<String> command = new ArrayList<>(program(method, "start"));
        command.add(method.word());
        text.append(", ").append(start("what " + method.shown() + " imports", command));
      }
    }
    return text.append('.').toString();
  }

  /** The second: the first finds nothing of it in memory, and may build. */
  private String start(String what, List<String> command) throws IOException {
    MeasuredProcess unused = MeasuredProcess.run(command, log()).orThrow(what);
    MeasuredProcess process = MeasuredProcess.run(command, log()).orThrow(what);
    return String.format(
        Locale.ROOT, "%s %.1f s, %,d MB", what, process.seconds(), process.peakBytes() >> 20);
  }

  private String rivals() throws IOException {
    return request.python().isEmpty()
        ? ""
        : MeasuredProcess.run(program(Method.VAE, "versions"), log())
            .orThrow("versions of the rivals")
            .output()
            .strip();
  }

  private static String processor() throws IOException {
    Path told = Path.of("/proc/cpuinfo");
    if (!Files.exists(told)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(told).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private Path log() {
    return folder.resolve("process.log");
  }
}
