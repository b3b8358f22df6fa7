package io.latentry.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.core.settings.Expected;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Settles a {@link ServerConfig}: flags lie over the environment, the environment over the file,
 * the file over the defaults.
 *
 * <p>A key is written {@code limits.request_bytes} by flag, as such keys in one another in YAML,
 * and {@code LATENTRY_SERVER_LIMITS_REQUEST_BYTES} in the environment. A key that does not exist is
 * an error wherever it stands, since a knob spelt wrongly would quietly do nothing.
 */
public final class ServerConfigReader {
  /** What a variable of the environment that means a key begins with. */
  public static final String ENVIRONMENT_PREFIX = "LATENTRY_SERVER_";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addModule(
              // As it was given, not as a URI.
              new SimpleModule()
                  .addSerializer(Path.class, ToStringSerializer.instance)
                  .addDeserializer(Path.class, new PathText()))
          .build();

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private static final class PathText extends FromStringDeserializer<Path> {
    private static final long serialVersionUID = 1;

    private PathText() {
      super(Path.class);
    }

    @Override
    protected Path _deserialize(String text, DeserializationContext context) {
      return Path.of(text);
    }
  }

  /** What some source says of a key; {@code origin} is where, for error messages. */
  record Given(String key, JsonNode value, String origin) {}

  private ServerConfigReader() {}

  /**
   * @param environment variables of the process; those of other names are not looked at
   * @param flags by key, such as {@code limits.request_bytes}
   * @throws IllegalArgumentException if a key or value is wrong; the message names where it stands,
   *     key, value and rule
   * @throws IOException if the file cannot be read
   */
  public static ServerConfig read(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags)
      throws IOException {
    ObjectNode defaults = JSON.valueToTree(ServerConfig.DEFAULT);
    ConfigKeys keys = ConfigKeys.of(defaults);
    List<Given> fromFile = file.isPresent() ? ConfigText.read(file.get(), keys) : List.of();
    Map<String, String> origins = new HashMap<>();
    Stream.of(fromFile, ofEnvironment(environment, keys), ofFlags(flags, keys))
        .flatMap(List::stream)
        .forEach(
            given -> {
              set(defaults, given);
              origins.put(given.key(), given.origin());
            });
    return built(defaults, origins);
  }

  /** The whole config as YAML that could be read again, without passwords. */
  public static String toYaml(ServerConfig config) {
    try {
      return YAML.writeValueAsString(shown(config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("config: not writable as YAML", e);
    }
  }

  /** The same as nested maps. */
  public static Map<String, Object> toMap(ServerConfig config) {
    return JSON.convertValue(shown(config), new TypeReference<Map<String, Object>>() {});
  }

  private static ObjectNode shown(ServerConfig config) {
    ObjectNode tree = JSON.valueToTree(config);
    tree.set("store", JSON.valueToTree(config.store().masked()));
    return tree;
  }

  private static List<Given> ofEnvironment(Map<String, String> environment, ConfigKeys keys) {
    return environment.entrySet().stream()
        .filter(e -> e.getKey().startsWith(ENVIRONMENT_PREFIX) && !e.getValue().isEmpty())
        .filter(e -> !isOfContainers(e.getKey(), e.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .map(e -> text(keys.ofVariable(e.getKey()), e.getValue(), e.getKey(), keys))
        .toList();
  }

  /**
   * Kubernetes tells every container of every service by variables; those of a service that is
   * called latentry-server begin as ours do.
   */
  private static boolean isOfContainers(String name, String value) {
    String rest = name.substring(ENVIRONMENT_PREFIX.length());
    return rest.startsWith("SERVICE_")
        || rest.startsWith("PORT_")
        || (rest.equals("PORT") && value.startsWith("tcp://"));
  }

  private static List<Given> ofFlags(Map<String, String> flags, ConfigKeys keys) {
    if (flags.containsKey("store.password")) {
      throw new IllegalArgumentException(
          "flag: store.password (expected: in "
              + ConfigKeys.variable("store.password")
              + " or the config file, since every user of the machine sees a command line)");
    }
    return flags.entrySet().stream()
        .map(e -> text(keys.known(e.getKey(), "flag"), e.getValue(), "flag", keys))
        .toList();
  }

  private static Given text(String key, String value, String origin, ConfigKeys keys) {
    if (!keys.isList(key)) {
      return new Given(key, TextNode.valueOf(value), origin);
    }
    ArrayNode list = JSON.createArrayNode();
    Stream.of(value.split(",", -1)).map(String::trim).filter(v -> !v.isEmpty()).forEach(list::add);
    return new Given(key, list, origin);
  }

  private static void set(ObjectNode tree, Given given) {
    if (given.value().isTextual() && given.value().asText().isBlank()) {
      throw new IllegalArgumentException(
          given.origin() + ": " + given.key() + ": nothing (expected: a value)");
    }
    ObjectNode at = tree;
    String[] names = given.key().split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      at = (ObjectNode) at.get(names[i]);
    }
    at.set(names[names.length - 1], given.value());
  }

  private static ServerConfig built(ObjectNode tree, Map<String, String> origins) {
    try {
      return JSON.treeToValue(tree, ServerConfig.class);
    } catch (JsonMappingException e) {
      String section =
          e.getPath().stream().map(r -> r.getFieldName()).collect(Collectors.joining("."));
      String said =
          e.getCause() instanceof IllegalArgumentException cause && cause.getMessage() != null
              ? (section.isEmpty() ? "" : section + ".") + cause.getMessage()
              : keyOf(e) + ": " + reason(e);
      String key = said.substring(0, said.indexOf(':'));
      // What is missing stands nowhere; then any other key of its section leads there.
      @Nullable String origin =
          origins.containsKey(key)
              ? origins.get(key)
              : origins.entrySet().stream()
                  .filter(o -> !section.isEmpty() && o.getKey().startsWith(section + "."))
                  .map(Map.Entry::getValue)
                  .min(Comparator.naturalOrder())
                  .orElse(null);
      throw new IllegalArgumentException(origin == null ? said : origin + ": " + said, e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config: " + e.getOriginalMessage(), e);
    }
  }

  /** Where a value of the wrong type stands; a place in a list counts as the list. */
  private static String keyOf(JsonMappingException e) {
    return e.getPath().stream()
        .filter(r -> r.getFieldName() != null)
        .map(r -> r.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String reason(JsonMappingException e) {
    if (e instanceof MismatchedInputException mismatch) {
      String value =
          e instanceof InvalidFormatException format ? "'" + format.getValue() + "'" : "given";
      return value + " (expected: " + Expected.of(mismatch.getTargetType()) + ")";
    }
    return e.getOriginalMessage();
  }
}
