package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table as people write it, from the plan to the scores. */
class NumbersContractTest {
  @TempDir Path folder;

  private static String european(double number) {
    return String.format(Locale.GERMANY, "%,.2f", number);
  }

  @Test
  void whatAFitReadWithCommasAndUnitsIsScoredTheSameFromEveryFile() throws Exception {
    List<String> train = new ArrayList<>(List.of("price;weight;pieces"));
    for (int i = 0; i < 200; i++) {
      double x = Math.sin(i);
      train.add(european(1200 + 300 * x) + " €;" + european(12 + x) + " kg;" + (900 + i * 7 % 211));
    }
    train.set(40, train.get(40).replaceFirst(";[0-9]+$", ";1.104"));
    Path data = Files.write(folder.resolve("eu.csv"), train);
    Cli plan = Cli.run("plan", data);
    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("'1.104' is read as 1104").contains("in €").contains(" kg");
    Path model = folder.resolve("eu.onnx");
    Cli fit = Cli.run("fit", data, "-o", model, "--config", Tables.quickConfig(folder));
    assertThat(fit.exitCode()).as(fit.err()).isZero();
    assertThat(fit.err()).contains("decimal commas: column 'price'");

    Path csv =
        Files.writeString(
            folder.resolve("new.csv"),
            "price;weight;pieces\n1.234,50 €;12,25 kg;1.001\n1,0 $;12;1.001\n");
    Path json =
        Files.writeString(
            folder.resolve("new.jsonl"),
            """
            {"price":1234.5,"weight":"12,25","pieces":1001}
            {"price":"1,0 $","weight":12,"pieces":1001}
            """);
    List<String> fromCsv = scored(model, csv);
    assertThat(fromCsv.get(1)).contains(",normal,").isEqualTo(scored(model, json).get(1));
    assertThat(fromCsv.get(2)).contains("unscorable").contains("column 'price': '1,0 $'");
    JsonNode inspected = Cli.run("inspect", model, "--json").json();
    assertThat(inspected.at("/provenance/config/data/numbers/weight/unit").asText())
        .isEqualTo("kg");
  }

  private static List<String> scored(Path model, Path data) throws IOException {
    Cli run = Cli.run("score", model, data, "-o", "-");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().lines().toList();
  }
}
