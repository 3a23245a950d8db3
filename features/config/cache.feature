Feature: Configuring the cache

  @proves:cache.ttl.<name>
  Scenario Outline: Lifetime of a cached <response>
    Given Ada is logged in
    When <request>
    And 1 second passes
    And <request>
    Then the response is a cache hit
    When the operator sets cache.ttl.<name> to 500ms
    And 2 minutes pass
    And <request>
    And 1 second passes
    And <request>
    Then the response is a cache miss

    Examples:
      | name    | response            | request                                              |
      | greet   | greeting            | an anonymous client requests a greeting for "Ada"    |
      | version | version             | an anonymous client requests the version             |
      | info    | service information | an anonymous client requests the service information |
      | user    | user                | Ada requests the current user                        |

  @proves:cache.enabled
  Scenario: Disabling and enabling the cache
    When an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit
    When the operator sets cache.enabled to false
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When the operator sets cache.enabled to true
    And an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit

  @proves:cache.store
  Scenario: Setting the store to memory
    When an anonymous client requests a greeting for "Ada"
    And the operator sets cache.store to memory
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit
