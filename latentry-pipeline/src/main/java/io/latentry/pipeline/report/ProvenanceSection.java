package io.latentry.pipeline.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.Provenance;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What this model was made of, in enough detail to make it again. */
final class ProvenanceSection {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private ProvenanceSection() {}

  static void addTo(Page page, Manifest manifest) {
    Provenance provenance = manifest.provenance();
    String rows = ReportData.sample(manifest) + "s";
    String capital = rows.substring(0, 1).toUpperCase(Locale.ROOT) + rows.substring(1);
    Table table = new Table("What the model was made of", "What", "Value");
    table.row("Model id", manifest.modelId());
    String parent = provenance.parentModelId();
    table.row("Warm start from", parent == null ? "none" : parent);
    table.row(
        "Model",
        "%s, %s, %s"
            .formatted(
                manifest.model().variant(),
                Figures.count(manifest.model().members(), "member"),
                Figures.count(manifest.model().latent(), "latent dimension")));
    table.row("Latent term", manifest.model().latentTerm());
    table.row("Data", String.join(", ", provenance.dataFiles()));
    table.row("Data digest (SHA-256)", provenance.dataDigest());
    Long sampledFrom = provenance.sampledFrom();
    if (sampledFrom != null) {
      table.row("Rows of the data, of which a sample was looked at", Figures.count(sampledFrom));
    }
    table.row("Training " + rows, Figures.count(provenance.trainingRows()));
    table.row("Validation " + rows, Figures.count(provenance.validationRows()));
    table.row("Calibration " + rows, Figures.count(provenance.calibrationRows()));
    table.row(
        capital + " with another label, kept from training",
        Figures.count(provenance.otherLabelRows()));
    table.row(capital + " that could not be used", Figures.count(provenance.unusableRows()));
    table.row("Seed", Long.toString(provenance.seed()));
    table.row("Artifact format", Integer.toString(manifest.formatVersion()));
    new TreeMap<>(provenance.versions())
        .forEach((name, version) -> table.row("Version of " + name, version));
    page.section(
        "provenance",
        "Provenance",
        Markup.element("div.plain", table.markup()),
        provenance.config().isEmpty()
            ? Markup.NOTHING
            : Markup.element(
                "details",
                Markup.element("summary", "The whole configuration"),
                Markup.element(
                    "pre",
                    Map.of("tabindex", "0"),
                    Markup.element("code", yaml(provenance.config())))));
  }

  private static String yaml(Map<String, Object> config) {
    try {
      return YAML.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config: not writable as YAML", e);
    }
  }
}
