package io.latentry.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.graph.Output;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What models there are, and what one of them is. */
final class ModelEndpoints {
  private final ModelHost host;

  ModelEndpoints(ModelHost host) {
    this.host = host;
  }

  record Models(List<Model> models) {}

  /**
   * @param champion the version that answers when none is named; null if there is none
   */
  record Model(String name, @Nullable Integer champion, List<VersionDocument> versions) {}

  /**
   * What is null cannot be said, since the version is not loaded.
   *
   * @param outputs of the artifact, by the names of its graph
   * @param thresholdHistory what was in force before, newest last
   */
  record Detail(
      String name,
      int version,
      ModelVersion.Role role,
      ModelVersion.State state,
      @Nullable String reason,
      @Nullable SchemaDocument schema,
      @Nullable List<String> outputs,
      @Nullable ThresholdDocument threshold,
      List<ThresholdDocument> thresholdHistory,
      List<VersionDocument> versions,
      @Nullable CardDocument card) {}

  HttpResponse list(ServiceRequestContext context) {
    Map<String, List<ModelVersion>> byName =
        host.versions().stream()
            .collect(
                Collectors.groupingBy(ModelVersion::name, LinkedHashMap::new, Collectors.toList()));
    return ApiJson.ok(
        new Models(byName.entrySet().stream().map(e -> model(e.getKey(), e.getValue())).toList()));
  }

  /** As a list entry: what a model looks like after something was done with it. */
  Model model(String name) {
    return model(name, host.versions(name));
  }

  private static Model model(String name, List<ModelVersion> versions) {
    return new Model(
        name,
        champion(versions).map(ModelVersion::version).orElse(null),
        versions.stream().map(VersionDocument::of).toList());
  }

  HttpResponse detail(ServiceRequestContext context) {
    String name = Paths.model(context);
    List<ModelVersion> versions = host.versions(name);
    OptionalInt wanted = Paths.version(context);
    ModelVersion version =
        (wanted.isPresent()
                ? versions.stream().filter(v -> v.version() == wanted.getAsInt()).findFirst()
                : champion(versions))
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.UNKNOWN,
                        "model '%s': no %s (expected: one of its versions, %s)"
                            .formatted(
                                name,
                                wanted.isPresent() ? "version " + wanted.getAsInt() : "champion",
                                versions.stream().map(ModelVersion::version).toList())));
    try (ModelLease lease = host.lend(name, OptionalInt.of(version.version()))) {
      return ApiJson.ok(detail(lease.version(), versions, Optional.of(lease)));
    } catch (RefusedException notLoaded) {
      if (notLoaded.refusal() != Refusal.NOT_READY) {
        throw notLoaded;
      }
      return ApiJson.ok(detail(version, versions, Optional.empty()));
    }
  }

  private static Detail detail(
      ModelVersion version, List<ModelVersion> all, Optional<ModelLease> lease) {
    return new Detail(
        version.name(),
        version.version(),
        version.role(),
        version.state(),
        version.reason().isEmpty() ? null : version.reason(),
        lease.map(l -> SchemaDocument.of(l.manifest())).orElse(null),
        lease.map(l -> l.outputs().stream().map(Output::graphName).sorted().toList()).orElse(null),
        version.threshold().map(ThresholdDocument::of).orElse(null),
        version.thresholdHistory().stream().map(ThresholdDocument::of).toList(),
        all.stream().map(VersionDocument::of).toList(),
        lease.map(l -> CardDocument.of(l.manifest(), version.addedAt().toString())).orElse(null));
  }

  private static Optional<ModelVersion> champion(List<ModelVersion> versions) {
    return versions.stream().filter(v -> v.role() == ModelVersion.Role.CHAMPION).findFirst();
  }
}
