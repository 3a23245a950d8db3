Feature: Greeting cache

  A greeting is cached by name.

  Scenario: The second response comes from the cache
    When an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit
    And the greeting is "Hello Ada!"

  Scenario Outline: <one> and <other> are cached separately
    When an anonymous client requests a greeting for "<one>"
    And an anonymous client requests a greeting for "<other>"
    Then the response is a cache miss
    And the greeting is "Hello <other>!"

    Examples:
      | one       | other     |
      | Ada       | ada       |
      | Ada       | Ada.      |
      | name:Ada  | Ada       |
      | __proto__ | prototype |

  Scenario: The name "world" is not the default greeting
    When an anonymous client requests a greeting
    And an anonymous client requests a greeting for "world"
    Then the response is a cache miss

  Scenario: Callers without a name are greeted separately
    Given Ada is logged in
    And Grace is logged in
    When Ada requests a greeting
    And Grace requests a greeting
    Then the greeting is "Hello grace!"
    When an anonymous client requests a greeting
    Then the greeting is "Hello world!"

  Scenario: A greeting of the caller's username is shared
    Given Ada is logged in
    When Ada requests a greeting
    And an anonymous client requests a greeting for "ada"
    Then the response is a cache hit

  Scenario: A cached greeting expires after a minute
    When an anonymous client requests a greeting for "Ada"
    And 61 seconds pass
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss

  Scenario: Disabling and enabling the cache
    When an anonymous client requests a greeting for "Ada"
    And the operator sets cache.enabled to false
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When the operator sets cache.enabled to true
    And an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit

  Scenario: Shortening the lifetime of cached greetings
    Given the operator has set cache.ttl.greet to 5s
    When an anonymous client requests a greeting for "Ada"
    And 6 seconds pass
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
