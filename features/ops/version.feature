Feature: Version and service information

  @remote
  Scenario Outline: The version at <path>
    When an anonymous client sends GET <path>
    Then the response has the version, commit, build date and Node.js version

    Examples:
      | how     | path                     |
      |         | /api/version             |
      | as json | /api/version?format=json |

  @remote
  Scenario Outline: The version as <format>
    When an anonymous client requests the version as "<format>"
    Then the response is the version number as text

    Examples:
      | format |
      | plain  |
      | short  |

  @remote
  Scenario: The full version as text
    When an anonymous client requests the version as "full"
    Then the response is the full version as text

  @remote
  Scenario Outline: Invalid format <format>
    When an anonymous client requests the version as "<format>"
    Then the request is rejected with 422 validation_failed: invalid at "/format"

    Examples:
      | format    |
      | xml       |
      | JSON      |
      |           |
      | __proto__ |

  Scenario: Each format is cached separately
    When an anonymous client requests the version
    And an anonymous client requests the version as "plain"
    Then the response is a cache miss
    When an anonymous client requests the version
    Then the response is a cache hit
    When 61 seconds pass
    And an anonymous client requests the version
    Then the response is a cache miss

  Scenario: Service information
    When an anonymous client requests the service information
    Then the service information shows that the cache is on and revision 1 is active
    And the response is a cache miss

  Scenario: Service information is cached except for the revision
    When an anonymous client requests the service information
    And the operator sets docs.enabled to false
    And an anonymous client requests the service information
    Then the response is a cache hit
    And the service information shows that the cache is on and revision 2 is active

  Scenario: Service information with the cache disabled
    When an anonymous client requests the service information
    And the operator sets cache.enabled to false
    And an anonymous client requests the service information
    Then the service information shows that the cache is off and revision 2 is active
    And the response is a cache miss

  Scenario Outline: A shorter cache lifetime for <resource>
    Given the operator has set <key> to 1s
    When an anonymous client requests <resource>
    And 2 seconds pass
    And an anonymous client requests <resource>
    Then the response is a cache miss

    Examples:
      | what        | key               | resource                |
      | the version | cache.ttl.version | the version             |
      | the glance  | cache.ttl.info    | the service information |
