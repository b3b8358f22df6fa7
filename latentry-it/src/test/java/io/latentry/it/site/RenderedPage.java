package io.latentry.it.site;

import java.util.List;
import java.util.Map;

/**
 * A page of the site.
 *
 * @param address its file below the site, with {@code /}
 * @param html what stands in its body
 * @param sections for the search: {@code t} page and heading, {@code u} address with anchor, {@code
 *     x} the text below
 */
record RenderedPage(String address, String title, String html, List<Map<String, String>> sections) {
  /** What comes before a colon. */
  String shortTitle() {
    return title.split(": ", 2)[0];
  }
}
