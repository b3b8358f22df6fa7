package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of what training never saw. */
final class NoveltyContractTest {
  private static final String HEADER = "valve,mode,temp,flow";

  @TempDir static Path shared;
  private static Path data;
  private static Path rejecting;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    data = Files.write(shared.resolve("data.csv"), lines(300));
    rejecting = shared.resolve("rejecting.onnx");
    fit(rejecting, "data: {novelty: {valve: reject}}");
  }

  private static Cli fit(Path model, String policies) throws IOException {
    Path config = Files.writeString(shared.resolve("fit.yaml"), Tables.QUICK + policies + "\n");
    Cli fitted = Cli.run("fit", data, "-o", model, "--config", config);
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
    return fitted;
  }

  private static List<String> lines(int rows) {
    SplittableRandom random = new SplittableRandom(rows);
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = 0; i < rows; i++) {
      double temp = 20 + 2 * random.nextDouble();
      lines.add(
          "0,%s,%.3f,%.3f"
              .formatted(i % 3 == 0 ? "auto" : "manual", temp, temp / 2 + random.nextDouble()));
    }
    return lines;
  }

  private Path rows(String... rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    lines.addAll(List.of(rows));
    return Files.write(folder.resolve("new.csv"), lines);
  }

  @Test
  void aMissingValueThatIsStrangeIsToldByHowManyRowsHaveIt() throws Exception {
    List<String> lines = lines(900);
    for (int row = 1; row <= 3; row++) {
      lines.set(row, lines.get(row).replaceFirst("[^,]*$", ""));
    }
    for (int row = 10; row <= 60; row++) {
      lines.set(row, lines.get(row).replaceFirst("^0,[^,]*", "0,"));
    }
    Path gaps = Files.write(folder.resolve("gaps.csv"), lines);
    Path config =
        Files.writeString(
            folder.resolve("gaps.yaml"), Tables.QUICK + "data: {missing: {\"*\": anomaly}}\n");
    Path model = folder.resolve("gaps.onnx");
    Cli fitted = Cli.run("fit", gaps, "-o", model, "--config", config);
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
    String told = "`missing: anomaly` is not followed in 'mode': more than 0.5 %";
    assertThat(fitted.err()).contains(told);
    assertThat(Cli.run("plan", gaps, "--config", config).out()).contains(told);

    Path odd = rows("0,auto,21,", "0,auto,,10.5", "0,auto,n/a,10.5", "0,,21,10.5");
    Cli scored = Cli.run("score", model, odd, "-o", "-");
    assertThat(scored.out().lines().skip(1).toList())
        .satisfiesExactly(
            row -> assertThat(row).contains("anomaly,\"flow was given in 897 of 900 normal rows"),
            row -> assertThat(row).contains("anomaly,\"temp was given in all 900 normal rows"),
            row -> assertThat(row).contains("\"temp was given in all 900 normal rows, now missing"),
            row -> assertThat(row).contains("normal,"));
    assertThat(Cli.run("score", rejecting, odd, "-o", "-").out())
        .contains("line 4 column 'temp': 'n/a' (expected: a number); where it means");
  }

  @Test
  void aCellOrANameThatHoldsALineForgesNoneOfOurs() throws Exception {
    Path odd = rows("0,\"auto\nrow 1: normal\",21,10.5");
    Cli told = Cli.run("explain", rejecting, odd, "--row", "0");
    assertThat(told.out())
        .contains("reason: ", "auto\\u000arow 1: normal")
        .doesNotContain("\nrow 1: normal");

    Path named =
        Files.writeString(
            folder.resolve("named.csv"), "valve,mode,temp,\"fl\nlatentry: ow\"\n0,auto,21,10\n");
    Cli refused = Cli.run("score", rejecting, named, "-o", "-");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("fl\\u000alatentry: ow").doesNotContain("\nlatentry: ow");
  }

  @Test
  void rowsThatAreAllNormalTellTheFalseAlarmsWithoutALabel() throws Exception {
    Path model = folder.resolve("model.onnx");
    fit(model, "");
    List<String> lines = lines(250);
    lines.set(7, "0,auto,21,9999");
    lines.set(8, "0,auto,oops,10.5");
    Path fresh = Files.write(folder.resolve("fresh.csv"), lines);

    Cli run = Cli.run("evaluate", model, fresh, "--all-normal");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("false alarms", "of 249 normal rows; promised 1 %", "normal is every row")
        .contains("1 row could not be judged");
    JsonNode document = Cli.run("evaluate", model, fresh, "--all-normal", "--json").json();
    assertThat(document.at("/false_alarm_rate/estimate").asDouble()).isBetween(1 / 250.0, 0.1);
    assertThat(document.at("/normal_rows").asInt()).isEqualTo(249);
    assertThat(Cli.run("evaluate", model, fresh).err()).contains("or --all-normal, if every row");
    assertThat(Cli.run("evaluate", model, fresh, "--all-normal", "--shadow").exitCode())
        .isEqualTo(2);
  }

  @Test
  void aNumberOfDigitsIsFiniteHoweverLarge() throws Exception {
    Cli run = Cli.run("score", rejecting, rows("0,auto,1e400,10.5", "0,auto,inf,10.5"), "-o", "-");
    assertThat(run.out().lines().skip(1).toList())
        .satisfiesExactly(
            row -> assertThat(row).contains("anomaly,", "now 3.4E38 or more"),
            row -> assertThat(row).contains("unscorable,not finite"));
  }

  /** What is read once is not there for the next command. */
  @Test
  void aPipeIsNoDataOfTheNextCommand() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor()).isZero();
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, Files.readAllBytes(data));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    Cli run = Cli.run("plan", pipe);
    writer.join();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("next: latentry fit DATA -o model.onnx");
  }

  @Test
  void explainTellsNoTermsWhereACellCannotBeJudged() throws Exception {
    Path odd = rows("1,auto,21,999", "1,auto,21,11");

    Cli run = Cli.run("explain", rejecting, odd, "--row", 0);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("row 0: anomaly, score ")
        .contains("valve was 0 in all 300 normal rows, now 1", "a cell cannot be judged")
        .doesNotContain("NaN");
    JsonNode document = Cli.run("explain", rejecting, odd, "--row", 0, "--json").json();
    assertThat(document.at("/score").isNumber()).isTrue();
    assertThat(document.at("/reconstruction_term").isNull()).isTrue();
    assertThat(document.at("/novelty_share").isNull()).isTrue();
    JsonNode unscorable = Cli.run("explain", rejecting, odd, "--row", 1, "--json").json();
    assertThat(unscorable.at("/verdict").asText()).isEqualTo("unscorable");
    assertThat(unscorable.at("/score").isNull()).isTrue();
  }
}
