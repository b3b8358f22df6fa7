package io.latentry.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import io.latentry.cli.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The family on the command line. */
final class CompareCommandTest {
  @TempDir static Path shared;
  private static Path data;
  private static Path config;

  @BeforeAll
  static void write() throws IOException {
    data = Tables.write(shared.resolve("data.csv"), 200, 1);
    config = Tables.quickConfig(shared);
  }

  @Test
  void compareMeasuresTheWholeFamilyAndRecommendsOne() throws Exception {
    Cli run = compare("--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode comparison = run.json();
    assertThat(comparison.at("/candidates").findValuesAsText("name"))
        .containsExactly(
            "plain",
            "beta",
            "vamp",
            "flow-posterior",
            "flow-prior",
            "adversarial",
            "contrastive",
            "autoencoder",
            "isolation_forest",
            "pca_reconstruction",
            "nearest_neighbours");
    assertThat(comparison.at("/labelled_rows").asInt()).isEqualTo(20);
    assertThat(comparison.at("/held_out_rows").asInt()).isEqualTo(45);
    for (JsonNode candidate : comparison.at("/candidates")) {
      String name = candidate.at("/name").asText();
      assertThat(candidate.at("/perturbation_auroc").asDouble()).as(name).isBetween(0.3, 1.0);
      assertThat(candidate.at("/perturbation_error").asDouble()).as(name).isBetween(0.0, 0.3);
      assertThat(candidate.at("/auroc").asDouble()).as(name).isBetween(0.3, 1.0);
      boolean density = !candidate.at("/plain_method").asBoolean() && !name.equals("autoencoder");
      assertThat(candidate.at("/elbo").isNumber()).as(name).isEqualTo(density);
      if (density) {
        assertThat(candidate.at("/bound").asDouble())
            .as(name)
            .isGreaterThanOrEqualTo(candidate.at("/elbo").asDouble());
        assertThat(candidate.at("/bytes").asLong()).as(name).isPositive();
      }
    }
    assertThat(comparison.at("/candidates").findValuesAsText("name"))
        .contains(comparison.at("/recommended").asText());
  }

  @Test
  void compareSaysWhyInWordsAndNamesTheFitThatItRecommends() {
    Cli run = compare("--models", "vamp,plain");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("perturbed", "AUROC", "ELBO", "bound", "recommended: ")
        .doesNotContain("adversarial");
    assertThat(run.err()).containsPattern("next: .*fit .* --model (plain|vamp) --label status");
  }

  @Test
  void compareWithoutLabelsLeavesTheirFiguresOut() throws Exception {
    Cli run =
        Cli.run(
            "compare",
            data,
            "--config",
            config,
            "--exclude",
            "status",
            "--models",
            "beta",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/candidates/0/auroc").isNull()).isTrue();
    assertThat(run.json().at("/recommended").asText()).isEqualTo("beta");
  }

  @Test
  void wrongNamesAreRefusedWithTheRightOnes() {
    Cli unknown = compare("--models", "plain,vae");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("--models: 'vae' (expected: one of plain, beta, vamp");
    Cli other = compare("--model", "vamp");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("--model: given").contains("--models");
  }

  @Test
  void aVariantIsFittedScoredExplainedAndInspectedLikeThePlainOne() throws Exception {
    Path settings =
        Files.write(
            shared.resolve("vamp.yaml"),
            List.of(
                "model: {variant: vamp, members: 1, hidden: [8], settings: {components: 5}}",
                "training: {steps: 20}"));
    Path model = shared.resolve("vamp.onnx");
    Cli fit =
        Cli.run(
            "fit",
            data,
            "-o",
            model,
            "--config",
            settings,
            "--label",
            "status",
            "--normal",
            "ok",
            "--repair",
            "auto",
            "--json");
    assertThat(fit.exitCode()).as(fit.err()).isZero();
    assertThat(fit.json().at("/variant").asText()).isEqualTo("vamp");
    assertThat(fit.json().at("/units").isArray()).isTrue();
    JsonNode manifest = Cli.run("inspect", model, "--json").json();
    assertThat(manifest.at("/model/latent_term").asText()).isEqualTo("prior_density");
    assertThat(manifest.at("/model/settings/model/settings/components").asInt()).isEqualTo(5);
    assertThat(manifest.at("/model/settings/training/repair").asText())
        .isEqualToIgnoringCase("auto");
    Path scored = shared.resolve("scored.csv");
    assertThat(Cli.run("score", model, data, "-o", scored, "--explain", "2").exitCode()).isZero();
    assertThat(Files.readAllLines(scored)).hasSize(201);
    assertThat(Cli.run("explain", model, data, "--row", "9").exitCode()).isZero();
  }

  @Test
  void aSettingThatTheVariantDoesNotHaveIsWrongUsage() throws IOException {
    Path settings =
        Files.write(shared.resolve("no.yaml"), List.of("model: {settings: {components: 5}}"));
    Cli run = Cli.run("fit", data, "-o", shared.resolve("no.onnx"), "--config", settings);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("settings.components: unknown to plain (expected: none)");
  }

  private static Cli compare(Object... more) {
    Object[] all = new Object[8 + more.length];
    Object[] common = {"compare", data, "--config", config, "--label", "status", "--normal", "ok"};
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return Cli.run(all);
  }
}
