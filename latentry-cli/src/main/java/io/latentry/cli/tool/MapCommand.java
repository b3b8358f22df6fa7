package io.latentry.cli.tool;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.map.LatentMap;
import io.latentry.pipeline.map.MapPage;
import io.latentry.pipeline.map.MapPicture;
import io.latentry.pipeline.map.MapPipeline;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.map.MapQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the latent space in two dimensions. */
@Command(
    name = "map",
    description = "Draws the latent space in two dimensions, by UMAP and by t-SNE.",
    footer = {
      "",
      "Grey rings are stored training rows, blue dots normal rows of DATA, orange triangles",
      "anomalies: by verdict, or by label with --label and --normal.",
      "",
      "Examples:",
      "  latentry map model.onnx new.csv -o map.html",
      "  latentry map model.onnx all.csv -o map.html --png map.png --svg map.svg",
      "  latentry map model.onnx all.csv -o map.html --label status --normal ok --rows 3000"
    })
public final class MapCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.html",
      description = "The page; pointing at a dot shows its row.")
  private Path target = Path.of("");

  @Option(names = "--png", paramLabel = "FILE.png", description = "Also a picture.")
  private Optional<Path> png = Optional.empty();

  @Option(names = "--svg", paramLabel = "FILE.svg", description = "Also a drawing.")
  private Optional<Path> svg = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "Column that says what a row is, to colour by. Needs --normal.")
  private Optional<String> label = Optional.empty();

  @Option(names = "--normal", paramLabel = "VALUE", description = "Its value for normal rows.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows of DATA to draw at most. Default: 1500.")
  private int rows = MapPipeline.MOST_ROWS;

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private long seed;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public MapCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String output,
      @Nullable String png,
      @Nullable String svg,
      Map<String, Long> points,
      int latent,
      long rowsNotDrawn,
      long unscorable,
      Map<String, MapQuality> quality) {}

  @Override
  public Integer call() throws IOException {
    requireSuffix("-o", target, ".html");
    if (png.isPresent()) {
      requireSuffix("--png", png.get(), ".png");
    }
    if (svg.isPresent()) {
      requireSuffix("--svg", svg.get(), ".svg");
    }
    MapPipeline.Options which =
        WrongUsage.from(() -> new MapPipeline.Options(label, normal, rows, seed));
    LatentMap map;
    try (Scorer scorer = Scorer.open(in.model(), ScorerOptions.defaults());
        StageProgress progress = new StageProgress(terminal, options)) {
      ScoreRequest request =
          new ScoreRequest(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(scorer.manifest()),
              0,
              List.of(),
              ScorerOptions.defaults().threads());
      map = new MapPipeline(progress).map(scorer, request, which);
    }
    MapPage.write(map, TableFile.shortName(in.data().get(0)), target);
    MapPicture picture = new MapPicture(map);
    if (png.isPresent()) {
      ReportWriter.publish(picture.png(), png.get());
    }
    if (svg.isPresent()) {
      ReportWriter.publish(picture.svg(), svg.get());
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(map), document(map));
    output.next(
        "cluster "
            + Wording.quoted(in.model())
            + " "
            + Wording.quoted(in.data().get(0))
            + " -o groups.csv groups the anomalies");
    return ExitCode.OK.number();
  }

  private static void requireSuffix(String option, Path file, String suffix) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(suffix)) {
      throw new WrongUsage(
          option + ": '" + file + "' (expected: a name that ends in " + suffix + ")");
    }
  }

  private static Map<String, Long> points(LatentMap map) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (LatentMap.Group group : LatentMap.Group.values()) {
      counts.put(
          group.name().toLowerCase(Locale.ROOT),
          map.points().stream().filter(p -> p.group() == group).count());
    }
    return counts;
  }

  private Document document(LatentMap map) {
    Map<String, MapQuality> quality = new LinkedHashMap<>();
    map.layouts().forEach(layout -> quality.put(layout.name(), layout.quality()));
    return new Document(
        target.toString(),
        png.map(Path::toString).orElse(null),
        svg.map(Path::toString).orElse(null),
        points(map),
        map.latent(),
        map.left(),
        map.unscorable(),
        quality);
  }

  private String text(LatentMap map) {
    TextTable table = new TextTable(Integer.MAX_VALUE);
    for (LatentMap.Layout layout : map.layouts()) {
      table.row(
          layout.name(),
          "trustworthiness "
              + Wording.area(layout.quality().trustworthiness())
              + ", continuity "
              + Wording.area(layout.quality().continuity())
              + " (1 is perfect, 0.5 chance)");
    }
    Map<String, Long> points = points(map);
    table.row(
        "rows",
        Wording.count(points.getOrDefault("training", 0L))
            + " stored training rows, "
            + Wording.count(points.getOrDefault("normal", 0L))
            + " normal rows, "
            + Wording.count(points.getOrDefault("anomaly", 0L))
            + " anomalies");
    if (map.left() > 0) {
      table.row("", Wording.rows(map.left()) + " not drawn; --rows draws more");
    }
    if (map.unscorable() > 0) {
      table.row("", Wording.rows(map.unscorable()) + " without a verdict not drawn");
    }
    table.row("written", target.toString());
    png.ifPresent(file -> table.row("", file.toString()));
    svg.ifPresent(file -> table.row("", file.toString()));
    return table.text("");
  }
}
