package io.latentry.pipeline.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A piece of HTML whose texts are escaped already. Text from outside becomes markup through {@link
 * #text} or an attribute, and in no other way.
 */
record Markup(String html) {
  static final Markup NOTHING = new Markup("");

  private static final Set<String> VOID = Set.of("br", "col", "img");

  /** Text from anywhere. */
  static Markup text(String text) {
    return new Markup(escape(text));
  }

  /** An element; {@code tag} may carry classes, as in {@code p.lead}. */
  static Markup element(String tag, Markup... children) {
    return element(tag, Map.of(), children);
  }

  static Markup element(String tag, String text) {
    return element(tag, text(text));
  }

  static Markup element(String tag, Map<String, String> attributes, Markup... children) {
    String[] parts = tag.split("\\.", -1);
    StringBuilder html = new StringBuilder("<").append(parts[0]);
    if (parts.length > 1) {
      html.append(" class=\"")
          .append(String.join(" ", List.of(parts).subList(1, parts.length)))
          .append('"');
    }
    // Sorted, because the order of a Map.of differs from one JVM to the next.
    new TreeMap<>(attributes)
        .forEach(
            (name, value) ->
                html.append(' ').append(name).append("=\"").append(escape(value)).append('"'));
    html.append('>');
    if (!VOID.contains(parts[0])) {
      for (Markup child : children) {
        html.append(child.html);
      }
      html.append("</").append(parts[0]).append('>');
    }
    return new Markup(html.toString());
  }

  static Markup join(Collection<Markup> pieces) {
    StringBuilder html = new StringBuilder();
    pieces.forEach(piece -> html.append(piece.html));
    return new Markup(html.toString());
  }

  /** A list of texts; nothing when there are none. */
  static Markup bullets(List<String> texts) {
    return texts.isEmpty()
        ? NOTHING
        : element("ul", join(texts.stream().map(text -> element("li", text)).toList()));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\n', '\t' -> escaped.append(c);
        // Control characters are not allowed in HTML, and a lone surrogate cannot be written.
        default -> escaped.append(Character.isISOControl(c) || isLone(text, i) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
