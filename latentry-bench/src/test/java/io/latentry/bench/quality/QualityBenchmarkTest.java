package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QualityBenchmarkTest {
  @TempDir private Path folder;
  private final List<String> done = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  @BeforeEach
  void writeSets() throws IOException {
    Files.writeString(folder.resolve("far.csv"), table(1, false));
    Files.writeString(
        folder.resolve("rivals.csv"),
        "dataset,method,seed,auroc,auprc,fit_seconds\nfar,elsewhere,0,0.5,0.5,\nnone,elsewhere,0,0.1,0.1,\n");
  }

  @Test
  void plainAnomaliesAreFoundByEverybody() throws IOException {
    Standings standings = run(20);
    assertThat(failed).isEmpty();
    assertThat(standings.means())
        .filteredOn(m -> !m.method().equals("elsewhere"))
        .hasSize(1 + PlainMethods.names().size())
        .allSatisfy(m -> assertThat(m.auroc()).as(m.method()).isGreaterThan(99));
    assertThat(standings.comparisons())
        .filteredOn(c -> c.rival().equals("elsewhere"))
        .singleElement()
        .satisfies(c -> assertThat(c.auroc().estimate()).isBetween(49.0, 50.0));
    assertThat(folder.resolve("out/page.html"))
        .content()
        .contains("<svg", "elsewhere", "far")
        .doesNotContain("http://", "https://", "NaN");
  }

  @Test
  void aSecondRunMeasuresOnlyWhatHasChanged() throws IOException {
    Standings first = run(20);
    Path results = folder.resolve("out/quality-results.jsonl");
    String kept = Files.readString(results);
    assertThat(run(20).means()).isEqualTo(first.means());
    assertThat(results).hasContent(kept);
    int lines = kept.split("\n").length;
    Standings changed = run(21);
    assertThat(changed.sets()).containsExactly("far");
    assertThat(Files.readAllLines(results)).hasSize(lines + 1);
  }

  @Test
  void otherInputsAreMeasuredAnewByEveryMethod() throws IOException {
    run(20);
    Path results = folder.resolve("out/quality-results.jsonl");
    int lines = Files.readAllLines(results).size();

    run(quick(20).withData(DataConfig.builder().exclude(List.of("f2")).build()));

    assertThat(Files.readAllLines(results).subList(lines, 2 * lines))
        .hasSize(1 + PlainMethods.names().size())
        .allSatisfy(line -> assertThat(line).contains("\"columns\":2"));
  }

  @Test
  void aResultThatWasCutOffIsMeasuredAgain() throws IOException {
    Path results = folder.resolve("out/quality-results.jsonl");
    Files.createDirectories(results.getParent());
    Files.writeString(results, "{\"set\":\"far\",\"seed\":0,\"meth", StandardOpenOption.CREATE);
    assertThat(run(20).sets()).containsExactly("far");
    assertThat(ResultFile.open(results).find("far", 0, Contest.MODEL, "other")).isEmpty();
    assertThat(Files.readAllLines(results)).hasSize(2 + PlainMethods.names().size());
  }

  @Test
  void aSetThatTrainsOnAnomaliesIsNamedAndTheOthersGoOn() throws IOException {
    Files.writeString(folder.resolve("leaky.csv"), table(2, true));
    Standings standings = run(20);
    assertThat(standings.sets()).containsExactly("far");
    assertThat(standings.failed())
        .singleElement()
        .satisfies(f -> assertThat(f.set()).isEqualTo("leaky"))
        .satisfies(f -> assertThat(f.reason()).contains("leaky.csv line 5", "anomaly"));
    assertThat(failed).singleElement().asString().contains("leaky", "anomaly");
    assertThat(folder.resolve("out/page.html"))
        .content()
        .contains("Could not be used", "leaky.csv line 5", "<svg");
    assertThat(QualityBenchmark.text(standings)).contains("Could not be used", "leaky.csv line 5");
  }

  @Test
  void aFileThatCannotEvenBeOpenedDoesNotLoseTheOthers() throws IOException {
    Files.createSymbolicLink(folder.resolve("gone.csv"), folder.resolve("nowhere.csv"));
    Files.createDirectory(folder.resolve("folder.csv"));
    Standings standings = run(20);
    assertThat(standings.sets()).containsExactly("far");
    assertThat(standings.failed())
        .extracting(Standings.Failure::set)
        .containsExactlyInAnyOrder("gone", "folder");
  }

  @Test
  void aPageIsWrittenEvenIfNoSetCanBeUsed() throws IOException {
    Files.writeString(folder.resolve("far.csv"), table(2, true));
    assertThat(run(20).failed()).hasSize(1);
    assertThat(folder.resolve("out/page.html"))
        .content()
        .contains("No set could be used", "far.csv line 5")
        .doesNotContain("NaN");
  }

  @Test
  void everySetRunsTheSplitsItHasAndKeepsThoseThatAreDone() throws IOException {
    Files.writeString(
        folder.resolve("two.csv"),
        table(3, false)
            .replace("split0\n", "split0,split4\n")
            .replace(",train\n", ",train,train\n")
            .replace(",test\n", ",test,test\n"));

    assertThat(run(quick(20), List.of()).failed()).isEmpty();

    assertThat(done)
        .extracting(line -> line.replaceAll("  n=.*", "").replaceAll(" +", " "))
        .containsExactlyInAnyOrder("far seed 0", "two seed 0", "two seed 4");

    done.clear();
    Standings asked = run(quick(20), List.of(0, 4));
    assertThat(asked.failed()).isEmpty();
    assertThat(done).hasSize(3);
  }

  @Test
  void aSetWithNoneOfTheSplitsAskedForIsToldOf() throws IOException {
    Standings asked = run(quick(20), List.of(4));
    assertThat(asked.failed())
        .singleElement()
        .satisfies(
            f -> assertThat(f.reason()).contains("far.csv: no column 'split4'", "seeds [0]"));
  }

  @Test
  void eachFolderIsAFamilyWithFiguresOfItsOwn() throws IOException {
    Path other = Files.createDirectory(folder.resolve("noise"));
    Files.writeString(
        other.resolve("near.csv"),
        table(4, false)
            .replaceAll("(?m),1,test$", ",0,test")
            .replaceFirst(",0,test", ",1,test")
            .replaceFirst(",0,test", ",1,test"));
    Files.writeString(
        other.resolve("rivals.csv"),
        "dataset,method,seed,auroc,auprc\nnear,elsewhere,0,0.9,0.9\nfar,elsewhere,0,0.1,0.1\n");

    Standings standings = run(List.of(folder, other), quick(20), List.of(0));

    assertThat(standings.sets()).containsExactly("far", "near");
    assertThat(standings.families())
        .extracting(Standings.Family::name, Standings.Family::sets)
        .containsExactly(
            tuple(folder.getFileName().toString(), List.of("far")),
            tuple("noise", List.of("near")));
    // A rival's figures count for the sets of their own folder alone.
    assertThat(standings.means())
        .filteredOn(m -> m.method().equals("elsewhere"))
        .singleElement()
        .satisfies(m -> assertThat(m.auroc()).isCloseTo(70, within(1e-9)));
    Standings.Family noise = standings.families().get(1);
    assertThat(noise.means())
        .filteredOn(m -> m.method().equals("elsewhere"))
        .singleElement()
        .satisfies(m -> assertThat(m.auroc()).isCloseTo(90, within(1e-9)));
    assertThat(noise.comparisons()).allSatisfy(c -> assertThat(c.sets()).isEqualTo(1));
    assertThat(QualityBenchmark.text(standings)).contains("## noise: 1 sets");
    assertThat(folder.resolve("out/page.html")).content().contains("<h2>noise: 1 sets</h2>");
    assertThat(run(20).families()).isEmpty();
  }

  @Test
  void aTableAboutTheSetsIsNone() throws IOException {
    Files.writeString(folder.resolve("datasets.csv"), "dataset,rows\nfar,160\n");
    assertThat(run(20).failed()).isEmpty();
    Files.delete(folder.resolve("far.csv"));
    assertThatThrownBy(() -> run(20))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no sets (expected: NAME.csv with columns label and split0)");
  }

  @Test
  void namesThatLookLikeNumbersAreNamesBesideALabel() throws IOException {
    Files.writeString(folder.resolve("far.csv"), table(1, false).replace("f0,f1,f2", "0,0.1,100"));
    assertThat(run(20).failed()).isEmpty();
  }

  @Test
  void twoFoldersWithASetOfOneNameAreRefused() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(folder.resolve("datasets.csv"), "dataset,rows\nfar,160\n");
    Files.writeString(other.resolve("datasets.csv"), "dataset,rows\nfar,160\n");
    Files.writeString(other.resolve("far.csv"), table(4, false));
    assertThatThrownBy(() -> run(List.of(folder, other), quick(20), List.of(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("far.csv: two sets of one name");
  }

  @Test
  void aSeedBelowZeroOrTwiceIsRefused() {
    for (List<Integer> seeds : List.of(List.of(-1), List.of(0, 0))) {
      assertThatThrownBy(() -> run(quick(20), seeds))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("seeds: " + seeds.get(0))
          .hasMessageContaining("each once");
    }
  }

  @Test
  void figuresOfRivalsAreReadBeforeAnythingIsMeasured() throws IOException {
    Files.writeString(folder.resolve("rivals.csv"), "dataset,method,seed,auroc,auprc\nfar,x,0,2,1");
    assertThatThrownBy(() -> run(20))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rivals.csv line 2 column 'auroc': '2'");
    assertThat(done).isEmpty();
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Files.delete(folder.resolve("far.csv"));
    assertThatThrownBy(() -> run(20))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no sets");
  }

  private Standings run(int steps) throws IOException {
    return run(quick(steps));
  }

  private static FitConfig quick(int steps) {
    return FitConfig.DEFAULT.withTraining(
        FitConfig.DEFAULT.training().toBuilder().steps(steps).build());
  }

  private Standings run(FitConfig config) throws IOException {
    return run(config, List.of(0));
  }

  private Standings run(FitConfig config, List<Integer> seeds) throws IOException {
    return run(List.of(folder), config, seeds);
  }

  private Standings run(List<Path> folders, FitConfig config, List<Integer> seeds)
      throws IOException {
    QualityListener listener =
        new QualityListener() {
          @Override
          public void done(String summary, int count, int total, double secondsLeft) {
            done.add(summary);
          }

          @Override
          public void failed(String set, String reason) {
            failed.add(set + ": " + reason);
          }
        };
    Path out = folder.resolve("out");
    Files.createDirectories(out);
    return new QualityBenchmark(listener)
        .run(
            new QualityRequest(
                folders, seeds, Set.of(), config, ColumnReading.NUMERIC, out.resolve("page.html")));
  }

  /** 100 rows to train, 60 to test, 20 of them eight deviations off. */
  private static String table(long seed, boolean leaks) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("f0,f1,f2,label,split0\n");
    for (int i = 0; i < 160; i++) {
      boolean anomaly = i >= 140 || (leaks && i == 3);
      for (int j = 0; j < 3; j++) {
        text.append(random.nextGaussian() + (anomaly ? 8 : 0)).append(',');
      }
      text.append(anomaly ? 1 : 0).append(',').append(i < 100 ? "train" : "test").append('\n');
    }
    return text.toString();
  }
}
