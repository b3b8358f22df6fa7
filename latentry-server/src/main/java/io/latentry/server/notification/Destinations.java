package io.latentry.server.notification;

import io.latentry.server.config.PlacedYaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who is told what, as a file of YAML says. */
public final class Destinations {
  /** Nobody is told anything. */
  public static final Destinations NONE = new Destinations(Map.of());

  private static final String NAME = "[A-Za-z0-9._-]{1,100}";

  private final Map<String, Receiver> receivers;

  /**
   * @param models that it hears of; all if empty; likewise {@code kinds}
   */
  private record Receiver(Destination destination, Set<String> models, Set<Notice.Kind> kinds) {
    boolean wants(Notice notice) {
      return (models.isEmpty() || models.contains(notice.model()))
          && (kinds.isEmpty() || kinds.contains(notice.kind()));
    }
  }

  private enum Type {
    WEBHOOK,
    SLACK,
    ALERTMANAGER,
    EMAIL
  }

  private Destinations(Map<String, Receiver> receivers) {
    this.receivers = receivers;
  }

  /**
   * @param environment of the process, where secrets may be
   * @throws IllegalArgumentException if something in it is wrong; the message says what and where,
   *     and no secret
   */
  public static Destinations read(Path file, Map<String, String> environment) throws IOException {
    PlacedYaml whole = PlacedYaml.read(file).allow("page_url", "destinations");
    Optional<String> page = whole.text("page_url");
    Map<String, Receiver> receivers = new LinkedHashMap<>();
    for (PlacedYaml of : whole.list("destinations")) {
      String name = of.required("name");
      if (!name.matches(NAME)) {
        throw of.wrong("name: '" + name + "' (expected: letters, digits, '.', '_', '-')");
      }
      Receiver receiver =
          new Receiver(
              destination(name, of, page, environment),
              Set.copyOf(of.texts("models")),
              of.at("kinds").isEmpty()
                  ? Set.of()
                  : of.list("kinds").stream()
                      .map(kind -> kind.choice(Notice.Kind.class))
                      .collect(Collectors.toUnmodifiableSet()));
      if (receivers.put(name, receiver) != null) {
        throw of.wrong("name: '" + name + "' twice (expected: once)");
      }
    }
    if (receivers.isEmpty()) {
      throw whole.wrong("no destinations (expected: a list of at least one)");
    }
    return new Destinations(receivers);
  }

  private static Destination destination(
      String name, PlacedYaml of, Optional<String> page, Map<String, String> environment) {
    AlertJson alerts = new AlertJson(page);
    Type type =
        of.at("type")
            .orElseThrow(
                () -> of.wrong("no type (expected: webhook, slack, alertmanager or email)"))
            .choice(Type.class);
    return switch (type) {
      case WEBHOOK -> {
        PlacedYaml known =
            of.allow(
                "name",
                "type",
                "models",
                "kinds",
                "url",
                "url_file",
                "url_env",
                "allow_plaintext",
                "secret",
                "secret_file",
                "secret_env",
                "token",
                "token_file",
                "token_env");
        yield new WebhookDestination(
            name,
            HttpReceiver.of(known, "", environment),
            alerts,
            Secret.of(known, "secret", false, environment),
            Secret.of(known, "token", false, environment));
      }
      case SLACK -> {
        PlacedYaml known =
            of.allow(
                "name", "type", "models", "kinds", "url", "url_file", "url_env", "allow_plaintext");
        yield new SlackDestination(HttpReceiver.of(known, "", environment), page);
      }
      case ALERTMANAGER -> {
        PlacedYaml known =
            of.allow(
                "name",
                "type",
                "models",
                "kinds",
                "url",
                "url_file",
                "url_env",
                "allow_plaintext",
                "token",
                "token_file",
                "token_env");
        yield new AlertmanagerDestination(
            HttpReceiver.of(known, AlertmanagerDestination.PATH, environment),
            alerts,
            Secret.of(known, "token", false, environment));
      }
      case EMAIL ->
          EmailDestination.of(
              of.allow(
                  "name",
                  "type",
                  "models",
                  "kinds",
                  "host",
                  "port",
                  "encryption",
                  "allow_plaintext",
                  "user",
                  "password",
                  "password_file",
                  "password_env",
                  "from",
                  "to"),
              environment,
              page);
    };
  }

  public boolean isEmpty() {
    return receivers.isEmpty();
  }

  /** In the order of the file. */
  List<String> names() {
    return List.copyOf(receivers.keySet());
  }

  Destination destination(String name) {
    return receiver(name).destination();
  }

  private Receiver receiver(String name) {
    Receiver found = receivers.get(name);
    if (found == null) {
      throw new IllegalStateException("destination: '" + name + "' is none");
    }
    return found;
  }

  boolean wants(String name, Notice notice) {
    return receiver(name).wants(notice);
  }

  /** Who is to hear of a notice. */
  List<String> of(Notice notice) {
    return names().stream().filter(name -> wants(name, notice)).toList();
  }
}
