package io.latentry.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Options of one benchmark, {@code --name value} each; what is not known is an error. */
final class Arguments {
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();

  private Arguments() {}

  static Arguments parse(List<String> words) {
    Arguments arguments = new Arguments();
    for (int i = 0; i < words.size(); i += 2) {
      String word = words.get(i);
      if (!word.startsWith("--") || i + 1 == words.size()) {
        throw new IllegalArgumentException(
            "'" + word + "' (expected: --name value); see docs/benchmarks.md");
      }
      arguments.values.put(word.substring(2), words.get(i + 1));
    }
    return arguments;
  }

  int integer(String name, int otherwise) {
    return value(name, Integer::valueOf, "a whole number").orElse(otherwise);
  }

  Path path(String name, Path otherwise) {
    return optionalPath(name).orElse(otherwise);
  }

  Optional<Path> optionalPath(String name) {
    return value(name, Path::of, "a path");
  }

  Optional<String> text(String name) {
    return value(name, word -> word, "a word");
  }

  /** One of the constants of {@code otherwise}'s type, in lower case. */
  <E extends Enum<E>> E choice(String name, E otherwise) {
    Class<E> type = otherwise.getDeclaringClass();
    String expected =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return value(name, word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)), expected)
        .orElse(otherwise);
  }

  List<String> list(String name) {
    return value(name, word -> List.of(word.split(",")), "a list").orElse(List.of());
  }

  /** To be called once every option has been asked for. */
  void requireAllKnown() {
    List<String> unknown = new ArrayList<>(values.keySet());
    unknown.removeAll(asked);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "--" + unknown.get(0) + " (expected: among " + asked + "); see docs/benchmarks.md");
    }
  }

  private <V> Optional<V> value(String name, Function<String, V> read, String expected) {
    asked.add(name);
    String word = values.get(name);
    if (word == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(read.apply(word));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--" + name + ": '" + word + "' (expected: " + expected + ")", e);
    }
  }
}
