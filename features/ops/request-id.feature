Feature: Every request has an id

  @remote
  Scenario: A request without an id gets one
    When somebody asks whether the service is healthy
    Then the request has got an id of its own

  @remote
  Scenario: A caller's own id comes back
    When somebody asks whether the service is healthy under the request id "trace-42:a.b/c="
    Then the request id is the one that was sent

  @remote
  Scenario: The longest id
    When somebody asks whether the service is healthy under a request id of 128 letters
    Then the request id is the one that was sent

  @remote
  Scenario: An id that is too long
    When somebody asks whether the service is healthy under a request id of 129 letters
    Then the request has got an id of its own

  @remote
  Scenario Outline: The id <id> is not sane
    When somebody asks whether the service is healthy under the request id '<id>'
    Then the request has got an id of its own

    Examples:
      | id        |
      | two words |
      | {"a":1}   |
      | <b>       |
      | a,b       |
