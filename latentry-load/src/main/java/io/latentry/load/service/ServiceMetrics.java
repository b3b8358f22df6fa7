package io.latentry.load.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Predicate;

/** What a service counts of itself. */
final class ServiceMetrics {
  private ServiceMetrics() {}

  /** The sum of the counters whose lines are chosen. */
  static long sum(URI service, Predicate<String> line) throws IOException {
    HttpRequest ask = HttpRequest.newBuilder(service.resolve("/metrics")).build();
    try {
      String metrics =
          HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.ofString()).body();
      return metrics
          .lines()
          .filter(line)
          .mapToLong(text -> (long) Double.parseDouble(text.substring(text.lastIndexOf(' ') + 1)))
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the service was asked", e);
    }
  }
}
