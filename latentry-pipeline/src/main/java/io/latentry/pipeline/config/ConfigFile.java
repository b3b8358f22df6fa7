package io.latentry.pipeline.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.DecimalMark;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.settings.SettingsFile;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.RepairMode;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FitConfig} as YAML: snake_case keys, every key optional. What the file leaves out keeps
 * its default; a key that does not exist is an error, since a knob spelt wrongly would quietly do
 * nothing.
 */
public final class ConfigFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .addMixIn(VaeConfig.class, QuietModel.class)
          .addMixIn(TrainingConfig.class, QuietTraining.class)
          .addMixIn(DataConfig.class, QuietData.class)
          .addMixIn(NumberForm.class, QuietNumbers.class)
          .addMixIn(SeriesConfig.class, QuietSeries.class)
          .addMixIn(ImageConfig.class, QuietImage.class)
          .build();

  /** Settings that are written down only where they are used. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  private interface QuietModel {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable List<Integer> decoder();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable Double reconstructionWeight();

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double latentDropout();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> settings();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable EncoderKind encoder();
  }

  /** As {@link QuietModel}. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  private interface QuietTraining {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable RepairMode repair();

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double scaling();

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double timeMask();
  }

  /** As {@link QuietModel}. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  private interface QuietData {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean noHeader();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, NumberForm> numbers();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable Boolean usualMissingTokens();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable SeriesConfig series();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable ImageConfig image();
  }

  /** As {@link QuietModel}. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  private interface QuietSeries {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable CellLength resample();
  }

  /** As {@link QuietModel}. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  private interface QuietImage {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable NetworkConfig network();
  }

  /** As {@link QuietModel}. */
  @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
  @JsonIncludeProperties({"decimal", "unit", "missing"})
  private interface QuietNumbers {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable DecimalMark decimal();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Nullable String unit();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Double> missing();
  }

  private ConfigFile() {}

  /**
   * The defaults with what {@code file} says put over them.
   *
   * @throws IllegalArgumentException if a key or value is wrong; the message names file, key, value
   *     and rule
   * @throws IOException if the file cannot be read
   */
  public static FitConfig read(Path file) throws IOException {
    return read(file, Optional.empty());
  }

  /** The same, over the defaults of {@code variant} whatever the file names. */
  public static FitConfig read(Path file, Optional<Variant> variant) throws IOException {
    SettingsFile settings = SettingsFile.read(file);
    ObjectNode merged = JSON.createObjectNode();
    try {
      JsonNode given = new YAMLMapper().readTree(settings.text());
      Optional<Variant> named = nameOnly(file, given);
      Variant model = variant.or(() -> named).orElse(Variant.PLAIN);
      merged.setAll(JSON.<ObjectNode>valueToTree(FitConfig.defaults(model)));
      merged.withObject("model").withObject("settings");
      if (given.at("/data/series").isObject()) {
        // A series is none by default; one that is named has defaults all the same.
        merged.withObject("data").set("series", JSON.valueToTree(SeriesConfig.DEFAULT));
      }
      if (given.at("/data/image").isObject()) {
        merged.withObject("data").set("image", JSON.valueToTree(ImageConfig.DEFAULT));
        if (given.at("/data/image/view").asText().equals("pixels")) {
          // The settings of an encoder are checked as soon as the config is there.
          merged.withObject("model").put("encoder", EncoderKind.CONV.word());
        }
      }
      if (given.isObject()) {
        overlay(merged, given);
      } else if (!given.isMissingNode() && !given.isNull()) {
        throw new IllegalArgumentException(
            file + ": " + given.getNodeType() + " (expected: keys such as model: or training:)");
      }
      return JSON.treeToValue(merged, FitConfig.class);
    } catch (JsonMappingException e) {
      String told = new WrongSetting(settings.text(), merged).told(e);
      throw new IllegalArgumentException(file + (told.startsWith("line ") ? " " : ": ") + told, e);
    } catch (JsonProcessingException e) {
      throw settings.broken(e);
    }
  }

  /** The whole config as nested maps, as it is kept in the manifest. */
  public static Map<String, Object> toMap(FitConfig config) {
    return JSON.convertValue(config, new TypeReference<Map<String, Object>>() {});
  }

  /** The config that {@code manifest}'s model was fitted with. */
  public static FitConfig config(Manifest manifest) {
    return config(manifest.provenance().config());
  }

  /** The same with the model as it came out: resolved for its data, and repaired if need be. */
  public static FitConfig resolved(Manifest manifest) {
    return config(manifest.model().settings());
  }

  private static FitConfig config(Map<String, Object> kept) {
    ObjectNode config = JSON.valueToTree(kept);
    // Left out where there are none.
    config.withObject("model").withObject("settings");
    ObjectNode data = config.withObject("data");
    if (data.path("missing_tokens").isArray() && !data.has("usual_missing_tokens")) {
      // Artifacts from before the key said so had their own tokens alone.
      data.put("usual_missing_tokens", false);
    }
    if (data.path("image") instanceof ObjectNode image) {
      // Artifacts from before there was a choice have what it is by default.
      JSON.<ObjectNode>valueToTree(ImageConfig.DEFAULT)
          .properties()
          .forEach(usual -> image.putIfAbsent(usual.getKey(), usual.getValue()));
    }
    return JSON.convertValue(config, FitConfig.class);
  }

  /** A choice as the config and the manifest write it, such as {@code prior_density}. */
  public static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The variant that the file names, as {@code model: NAME} or {@code model: {variant: NAME}}. The
   * name is taken out, since a variant's defaults lie under whatever else the file says.
   */
  private static Optional<Variant> nameOnly(Path file, JsonNode given) {
    if (!(given instanceof ObjectNode config) || given.get("model") == null) {
      return Optional.empty();
    }
    JsonNode name = config.get("model");
    if (name.isTextual()) {
      config.remove("model");
    } else if (name instanceof ObjectNode model && model.has("variant")) {
      name = model.remove("variant");
    } else {
      return Optional.empty();
    }
    String word = name.isTextual() ? name.asText() : name.toString();
    return Optional.of(
        Variant.of(word)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        file
                            + ": model: '"
                            + word
                            + "' (expected: one of "
                            + Variant.words()
                            + ")")));
  }

  private static void overlay(ObjectNode base, JsonNode given) {
    given
        .properties()
        .forEach(
            entry -> {
              JsonNode old = base.get(entry.getKey());
              boolean saysNothing = old instanceof ObjectNode && entry.getValue().isNull();
              if (old instanceof ObjectNode section && entry.getValue().isObject()) {
                overlay(section, entry.getValue());
              } else if (!saysNothing) {
                base.set(entry.getKey(), entry.getValue());
              }
            });
  }
}
