Feature: What is running

  @remote
  Scenario Outline: The version<how>
    When somebody asks for the path "<path>"
    Then it tells version, commit, build date and runtime

    Examples:
      | how     | path                     |
      |         | /api/version             |
      | as json | /api/version?format=json |

  @remote
  Scenario Outline: The version as <format>
    When somebody asks for the version as "<format>"
    Then it is the version alone, as text

    Examples:
      | format |
      | plain  |
      | short  |

  @remote
  Scenario: The version in full
    When somebody asks for the version as "full"
    Then it is the four facts on lines of their own, as text

  @remote
  Scenario Outline: The version as <format>, which it never is
    When somebody asks for the version as "<format>"
    Then the request is rejected with 422 validation_failed: invalid at "/format"

    Examples:
      | format    |
      | xml       |
      | JSON      |
      |           |
      | __proto__ |

  Scenario: Each form is cached by itself
    Given somebody asks for the version
    When somebody asks for the version as "plain"
    Then the response is a cache miss
    When somebody asks for the version
    Then the response is a cache hit
    When 61 seconds pass
    And somebody asks for the version
    Then the response is a cache miss

  Scenario: The service at a glance
    When somebody asks about the service
    Then it tells that the cache is on and revision 1 in force
    And the response is a cache miss

  Scenario: The glance is cached, but for the revision
    Given somebody asks about the service
    When the operator sets docs.enabled to false
    And somebody asks about the service
    Then the response is a cache hit
    And it tells that the cache is on and revision 2 in force

  Scenario: The operator turns the cache off
    Given somebody asks about the service
    When the operator sets cache.enabled to false
    And somebody asks about the service
    Then it tells that the cache is off and revision 2 in force
    And the response is a cache miss

  Scenario Outline: The operator shortens the memory for <what>
    Given the operator has set <key> to 1s
    And somebody asks <question>
    When 2 seconds pass
    And somebody asks <question>
    Then the response is a cache miss

    Examples:
      | what        | key               | question          |
      | the version | cache.ttl.version | for the version   |
      | the glance  | cache.ttl.info    | about the service |
