package io.latentry.client;

/**
 * What became of a message to a receiver of alerts.
 *
 * @param reason why it was not sent; empty if it was
 */
public record Delivered(String destination, String type, boolean sent, String reason) {}
