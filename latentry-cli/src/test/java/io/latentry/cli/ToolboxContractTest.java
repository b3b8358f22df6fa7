package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools around the detector, on real files. One model serves all tests. */
final class ToolboxContractTest {
  private static final int ROWS = 200;

  @TempDir static Path shared;
  private static Path data;
  private static Path config;
  private static Path model;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    data = Tables.write(shared.resolve("data.csv"), ROWS, 1);
    config = Tables.quickConfig(shared);
    model = shared.resolve("model.onnx");
    Cli fitted =
        Cli.run(
            "fit", data, "-o", model, "--config", config, "--label", "status", "--normal", "ok");
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
  }

  @Test
  void cleanWritesTheOtherRowsAndSaysWhichItDropped() throws Exception {
    Path target = folder.resolve("clean.csv");
    Path dropped = folder.resolve("dropped.csv");
    Cli run =
        Cli.run(
            "clean",
            data,
            "-o",
            target,
            "--dropped",
            dropped,
            "--config",
            config,
            "--exclude",
            "status",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode document = run.json();
    int count = document.at("/dropped").asInt();
    assertThat(count).isPositive();
    assertThat(document.at("/dropped_rows").findValuesAsText("reason"))
        .anyMatch(reason -> reason.contains("width is 2") || reason.contains("width is 1"));
    assertThat(Files.readAllLines(target)).hasSize(1 + ROWS - count);
    assertThat(Files.readAllLines(dropped)).hasSize(1 + count);
  }

  @Test
  void cleanSaysHowManyRowsItLearnedFrom() throws Exception {
    Path many = Tables.write(folder.resolve("many.csv"), 1_500, 1);
    Object[] words = {
      "clean",
      many,
      "--dry-run",
      "--exclude",
      "status",
      "--method",
      "forest",
      "--sample-rows",
      1_000
    };
    assertThat(Cli.run(words).out()).contains("1,500 judged by what 1,000 of them showed");
    JsonNode document = Cli.run(with(words, "--json")).json();
    assertThat(document.at("/learned_from").asInt()).isEqualTo(1_000);
    assertThat(document.at("/judged").asInt()).isEqualTo(1_500);
    assertThat(document.at("/dropped_rows")).hasSize(document.at("/dropped").asInt());
    words[words.length - 1] = 10;
    Cli tooFew = Cli.run(words);
    assertThat(tooFew.exitCode()).isEqualTo(2);
    assertThat(tooFew.err()).contains("sample_rows: 10 (expected: at least 1000");
  }

  private static Object[] with(Object[] words, Object word) {
    return Stream.concat(Stream.of(words), Stream.of(word)).toArray();
  }

  @Test
  void cleanOnlyTellsInADryRun() {
    Cli run = Cli.run("clean", data, "--dry-run", "--config", config, "--exclude", "status");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("would drop").contains("isolation forest ");
    Cli neither = Cli.run("clean", data);
    assertThat(neither.exitCode()).isEqualTo(2);
    for (List<Object> wrong :
        List.of(
            List.<Object>of("-o", folder.resolve("c.txt")),
            List.<Object>of("--dry-run", "--share", "0.9"),
            List.<Object>of("--dry-run", "--method", "magic"))) {
      Object[] words = new Object[2 + wrong.size()];
      words[0] = "clean";
      words[1] = data;
      for (int i = 0; i < wrong.size(); i++) {
        words[2 + i] = wrong.get(i);
      }
      assertThat(Cli.run(words).exitCode()).as(wrong.toString()).isEqualTo(2);
    }
  }

  @Test
  void explainNamesTheChangesThatClearTheAlarm() throws Exception {
    Path page = folder.resolve("row.html");
    Cli run = Cli.run("explain", model, data, "--row", "9", "--plot", page);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("with width ").contains("the alarm is cleared");
    assertThat(page).content().contains("What would clear the alarm");
    JsonNode document = Cli.run("explain", model, data, "--row", "9", "--json").json();
    assertThat(document.at("/repair/changes/0/column").asText()).isEqualTo("width");
    assertThat(document.at("/repair/score").asDouble())
        .isLessThanOrEqualTo(document.at("/threshold").asDouble());
    assertThat(
            Cli.run("explain", model, data, "--row", "0", "--json").json().at("/repair").isNull())
        .isTrue();
  }

  @Test
  void evaluateShadowTellsRecallByKindAndTheModelRemembersTheLook() throws Exception {
    Path copy = Files.copy(model, folder.resolve("m.onnx"));
    Cli run = Cli.run("evaluate", copy, data, "--shadow", "--label", "status", "--kind", "kind");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("of 20 known anomalies").contains("records this look");
    JsonNode again =
        Cli.run("evaluate", copy, data, "--shadow", "--label", "status", "--json").json();
    assertThat(again.at("/earlier_looks").asInt()).isEqualTo(1);
    assertThat(again.at("/by_kind/bad/known").asInt()).isEqualTo(20);
    assertThat(again.at("/other_rows").asInt()).isEqualTo(180);
    assertThat(Cli.run("inspect", copy).out()).contains("shadow look").contains("found 20 of 20");
    assertThat(Cli.run("evaluate", copy, data).exitCode()).isEqualTo(2);
    assertThat(Cli.run("evaluate", copy, data, "--label", "status", "--kind", "kind").exitCode())
        .isEqualTo(2);
  }

  @Test
  void repairFillsGapsAndSaysWhatItChanged() throws Exception {
    Path gaps =
        Files.writeString(
            folder.resolve("gaps.csv"), "length,width,kind,status\n1,,a,ok\n0.5,0.5,b,ok\n");
    Path target = folder.resolve("fixed.csv");
    Cli run = Cli.run("repair", model, gaps, "-o", target, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/cells_by_reason/missing").asInt()).isEqualTo(1);
    assertThat(run.json().at("/examples/0/column").asText()).isEqualTo("width");
    assertThat(Files.readAllLines(target).get(1)).startsWith("1,").contains("width: missing -> ");
    assertThat(Cli.run("repair", model, gaps, "-o", folder.resolve("f.txt")).exitCode())
        .isEqualTo(2);
  }

  @Test
  void clusterGroupsTheAnomaliesAndNamesThem() throws Exception {
    Path target = folder.resolve("groups.csv");
    Path page = folder.resolve("groups.html");
    Cli run =
        Cli.run(
            "cluster", model, data, "-o", target, "--report", page, "--keep", "status", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/anomalies").asInt()).isGreaterThanOrEqualTo(20);
    assertThat(run.json().at("/groups/0/name").asText()).startsWith("width high");
    assertThat(Files.readAllLines(target).get(0)).isEqualTo("row,score,group,group_name,status");
    assertThat(Files.readAllLines(target))
        .hasSize(1 + run.json().at("/anomalies").asInt())
        .anyMatch(line -> line.endsWith("width high,bad"));
    assertThat(page).content().contains("Groups of anomalies").contains("width high");
    assertThat(Cli.run("cluster", model, data, "-o", target, "--smallest", "1").exitCode())
        .isEqualTo(2);
  }

  @Test
  void mapWritesAPageAndPictures() throws Exception {
    Path page = folder.resolve("map.html");
    Path png = folder.resolve("map.png");
    Path svg = folder.resolve("map.svg");
    Cli run = Cli.run("map", model, data, "-o", page, "--png", png, "--svg", svg, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/quality/UMAP/trustworthiness").asDouble()).isGreaterThan(0.5);
    assertThat(run.json().at("/points/anomaly").asInt()).isPositive();
    assertThat(page).content().contains("Latent map");
    assertThat(png).isNotEmptyFile();
    assertThat(svg).content().startsWith("<svg ");
    assertThat(Cli.run("map", model, data, "-o", png).exitCode()).isEqualTo(2);
    assertThat(Cli.run("map", model, data, "-o", page, "--rows", "1").exitCode()).isEqualTo(2);
  }

  @Test
  void sweepTellsEachSizeAndLeavesNothingBesideThePage() throws Exception {
    Path page = folder.resolve("sweep.html");
    Cli run =
        Cli.run(
            "sweep",
            data,
            "-o",
            page,
            "--latent",
            "1,2,3",
            "--config",
            config,
            "--label",
            "status",
            "--normal",
            "ok",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/points")).hasSize(3);
    assertThat(run.json().at("/points/2/latent").asInt()).isEqualTo(3);
    assertThat(page).content().contains("Held-out reconstruction");
    assertThat(folder).isDirectoryNotContaining("glob:**.sweep");
    assertThat(Cli.run("sweep", data, "-o", page, "--latent", "0").exitCode()).isEqualTo(2);
    assertThat(Cli.run("sweep", data, "-o", folder.resolve("s.txt")).exitCode()).isEqualTo(2);
  }

  @Test
  void thresholdTellsAlarmsADayConfirmedOnesLostAndTheWorstSegment() throws Exception {
    Path scored = folder.resolve("scored.csv");
    assertThat(Cli.run("score", model, data, "-o", scored, "--keep", "status,kind").exitCode())
        .isZero();
    Path page = folder.resolve("segments.html");
    JsonNode document =
        Cli.run(
                "threshold",
                model,
                "--what-if",
                scored,
                "--confirmed",
                "status=bad",
                "--rows-per-day",
                "1000",
                "--segment",
                "kind",
                "--report",
                page,
                "--json")
            .json();
    assertThat(document.at("/what_if/confirmed").asInt()).isEqualTo(20);
    assertThat(document.at("/what_if/alarms_per_day").asDouble())
        .isEqualTo(5.0 * document.at("/what_if/alarms_now").asInt());
    assertThat(document.at("/segments/segments")).hasSize(2);
    assertThat(
            document.at("/segments/segments/0/rows").asInt()
                + document.at("/segments/segments/1/rows").asInt())
        .isEqualTo(180);
    assertThat(page).content().contains("For whom?");
    JsonNode lost =
        Cli.run(
                "threshold",
                model,
                "--what-if",
                scored,
                "--confirmed",
                "status=bad",
                "--set",
                "1e9",
                "--json")
            .json();
    assertThat(lost.at("/what_if/trials/0/confirmed_lost").asInt())
        .isEqualTo(lost.at("/what_if/confirmed_found").asInt())
        .isPositive();
  }

  @Test
  void thresholdSpreadShowsWhatItDependsOn() throws Exception {
    Path page = folder.resolve("threshold.html");
    Cli run = Cli.run("threshold", model, "--spread", "--report", page);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("ten folds").contains("bootstrap sample");
    assertThat(page).content().contains("Is the promise kept?");
    for (String wrong :
        List.of(
            "--segment kind",
            "--apply",
            "--report x.html",
            "--confirmed a=b",
            "--rows-per-day 5")) {
      Object[] words = ("threshold " + model + " " + wrong).split(" ");
      assertThat(Cli.run(words).exitCode()).as(wrong).isEqualTo(2);
    }
  }

  @Test
  void monitorTrainingSaysWhetherMoreRowsWouldHelp() throws Exception {
    Path page = folder.resolve("training.html");
    Cli run =
        Cli.run(
            "monitor-training",
            data,
            "-o",
            page,
            "--config",
            config,
            "--label",
            "status",
            "--normal",
            "ok",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/points")).hasSize(4);
    assertThat(run.json().at("/more_rows_help").isBoolean()).isTrue();
    assertThat(page).content().contains("Learning curve");
    assertThat(Cli.run("monitor-training", data, "-o", folder.resolve("t.txt")).exitCode())
        .isEqualTo(2);
  }

  @Test
  void reportIsRecomputedByVerifyWhichFailsOnADifference() throws Exception {
    Path copy = Files.copy(model, folder.resolve("m.onnx"));
    Path test = Tables.write(folder.resolve("test.csv"), 100, 5);
    Path known = folder.resolve("known.csv");
    Files.writeString(known, Tables.HEADER + "\n1,40,a,bad\n0,-30,b,bad\n");
    Path page = folder.resolve("pack.html");
    Path pack = folder.resolve("pack.json");
    Cli run =
        Cli.run(
            "report",
            copy,
            test,
            "-o",
            page,
            "--label",
            "status",
            "--normal",
            "ok",
            "--segment",
            "kind",
            "--train",
            data,
            "--seeds",
            "2",
            "--shadow",
            known);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("AUROC").contains("over 2 seeds").contains("worst segment");
    assertThat(page).content().contains("What this does not show").contains("Fingerprints");

    Cli same = Cli.run("report", "--verify", pack);
    assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
    assertThat(same.out()).contains("the same");

    String text = Files.readString(pack);
    Path tampered = folder.resolve("tampered.json");
    Files.writeString(tampered, text.replaceFirst("\"anomalies\" : 10", "\"anomalies\" : 11"));
    Cli differs = Cli.run("report", "--verify", tampered);
    assertThat(differs.exitCode()).isEqualTo(1);
    assertThat(differs.out()).contains("figures.anomalies: 10 (expected: 11, as in the pack)");

    Files.writeString(test, Files.readString(test).replaceFirst("ok", "bad"));
    Cli changed = Cli.run("report", "--verify", pack, "--json");
    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.json().at("/differences").toString()).contains("fingerprints.test");
  }

  @Test
  void reportRefusesWhatItCannotUse() throws Exception {
    Path page = folder.resolve("pack.html");
    assertThat(Cli.run("report", model, data, "-o", page).exitCode()).isEqualTo(2);
    assertThat(Cli.run("report", model).exitCode()).isEqualTo(2);
    assertThat(Cli.run("report", "--verify", data).exitCode()).isEqualTo(3);
    Cli nobody =
        Cli.run("report", model, data, "-o", page, "--label", "status", "--normal", "nobody");
    assertThat(nobody.exitCode()).isEqualTo(3);
    assertThat(page).doesNotExist();
  }
}
