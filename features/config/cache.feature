Feature: The cache follows the configuration

  @proves:cache.ttl.<what>
  Scenario Outline: How long a <thing> is kept
    Given Ada is logged in
    And <question>
    And 1 second passes
    And <question>
    And the response is a cache hit
    When the operator sets cache.ttl.<what> to 500ms
    And 2 minutes pass
    And <question>
    And 1 second passes
    And <question>
    Then the response is a cache miss

    Examples:
      | what    | thing         | question                                          |
      | greet   | greeting      | an anonymous client requests a greeting for "Ada" |
      | version | version       | somebody asks for the version                     |
      | info    | glance        | somebody asks about the service                   |
      | user    | user's record | Ada requests the current user                     |

  @proves:cache.enabled
  Scenario: Off, and on again
    Given an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    And the response is a cache hit
    When the operator sets cache.enabled to false
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When the operator sets cache.enabled to true
    And an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit

  @proves:cache.store
  Scenario: Another name for the store
    Given an anonymous client requests a greeting for "Ada"
    When the operator sets cache.store to memory
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit
