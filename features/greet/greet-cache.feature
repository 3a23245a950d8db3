Feature: Greetings are cached

  A greeting is cached by the name that is greeted, and by nothing else.

  Scenario: The second time it comes from the cache
    When an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    When an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit
    And the greeting is "Hello Ada!"

  Scenario Outline: <one> and <other> are two names
    Given an anonymous client requests a greeting for "<one>"
    When an anonymous client requests a greeting for "<other>"
    Then the response is a cache miss
    And the greeting is "Hello <other>!"

    Examples:
      | one       | other     |
      | Ada       | ada       |
      | Ada       | Ada.      |
      | name:Ada  | Ada       |
      | __proto__ | prototype |

  Scenario: A name of "world" is not the world
    Given an anonymous client requests a greeting
    When an anonymous client requests a greeting for "world"
    Then the response is a cache miss

  Scenario: Two callers without a name
    Given Ada is logged in
    And Grace is logged in
    And Ada requests a greeting
    When Grace requests a greeting
    Then the greeting is "Hello grace!"
    When an anonymous client requests a greeting
    Then the greeting is "Hello world!"

  Scenario: A greeting of the caller's own name is no secret
    Given Ada is logged in
    And Ada requests a greeting
    When an anonymous client requests a greeting for "ada"
    Then the response is a cache hit

  Scenario: The cache forgets after a minute
    Given an anonymous client requests a greeting for "Ada"
    When 61 seconds pass
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss

  Scenario: The operator turns the cache off, and on again
    Given an anonymous client requests a greeting for "Ada"
    When the operator sets cache.enabled to false
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
    And an anonymous client requests a greeting for "Ada"
    And the response is a cache miss
    When the operator sets cache.enabled to true
    And an anonymous client requests a greeting for "Ada"
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache hit

  Scenario: The operator shortens the memory of the cache
    Given the operator has set cache.ttl.greet to 5s
    And an anonymous client requests a greeting for "Ada"
    When 6 seconds pass
    And an anonymous client requests a greeting for "Ada"
    Then the response is a cache miss
