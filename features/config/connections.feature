Feature: How long the service waits for its clients

  @proves:server.keepAliveTimeout
  Scenario: How long a connection is kept
    Given somebody asks whether the service is healthy
    And the response header keep-alive is "timeout=65"
    When the operator sets server.keepAliveTimeout to 7s
    And somebody asks whether the service is healthy
    Then the response header keep-alive is "timeout=7"

  @proves:server.headersTimeout
  Scenario: How long the fields of a request may take
    Given the operator has set server.headersTimeout to 1s
    When a client sends half of the fields and waits
    Then the client is answered 408 and the connection ends
    And the request takes less than 8 seconds

  @proves:server.requestTimeout
  Scenario: How long a whole request may take
    Given the operator has set in one go:
      | server.headersTimeout | 1s |
      | server.requestTimeout | 1s |
    When a client sends half of the body and waits
    Then the client is answered 408 and the connection ends
    And the request takes less than 8 seconds

  @proves:server.shutdownTimeout
  Scenario: How long requests under way may take when the service stops
    Given the users table is locked
    And Ada's registration with idempotency key "once-1" is in progress
    And the operator has set server.shutdownTimeout to 1s
    When the service is told to stop
    Then the stop is cut short
    And the request takes less than 8 seconds
    When the users table is unlocked
    Then the registration in progress succeeds

  @proves:server.drainDelay
  Scenario: How long the service goes on accepting when it stops
    Given the operator has set server.drainDelay to 1m
    When the service gets the signal to stop
    And somebody asks whether the service is ready
    Then it is not ready: shutting_down
    When the service is told to stop
    Then the stop is cut short

  @proves:server.bodyLimit
  Scenario: How much they may send
    Given a client sends the refresh endpoint 1 MB
    And the request is rejected with 413 payload_too_large
    When the operator sets server.bodyLimit to 2mb
    And a client sends the refresh endpoint 1 MB
    Then the request is rejected with 401 invalid_refresh_token

  @proves:server.trustedProxyHops
  Scenario: How many proxies stand between
    Given the operator has set rateLimit.login.points to 2
    And 2 login requests come through the proxies "198.51.100.1, 192.0.2.1"
    And 1 login request comes through the proxies "198.51.100.2, 192.0.2.1"
    And the request is rejected with 429 rate_limited
    When the operator sets server.trustedProxyHops to 2
    And 1 login request comes through the proxies "198.51.100.2, 192.0.2.1"
    Then it is not refused for coming too often
