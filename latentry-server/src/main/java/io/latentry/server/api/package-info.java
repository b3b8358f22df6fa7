/**
 * The JSON API under {@code /v1}, for people and scripts: models, verdicts, thresholds, versions.
 *
 * <p>The flow: {@link io.latentry.server.api.ApiDoor} has a list of endpoints, each a method, a
 * path and what answers; rows come in as JSON ({@code JsonRows}) or as a stream of CSV, TSV or JSON
 * lines, and go out as any of them ({@code AnswerWriter}). Whatever is refused leaves by {@code
 * ApiErrors}. {@code openapi.json} beside it tells it all to machines. Start at {@link
 * io.latentry.server.api.ApiDoor}.
 */
@NullMarked
package io.latentry.server.api;

import org.jspecify.annotations.NullMarked;
