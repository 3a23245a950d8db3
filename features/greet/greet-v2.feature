Feature: Greetings in API version 2

  The operator enables it while the service runs.

  @remote
  Scenario: Version 2 is disabled by default
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  @proves:api.v2Enabled
  Scenario: Enabling and disabling version 2
    When the operator sets api.v2Enabled to true
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
    When the operator sets api.v2Enabled to false
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: Version 1 is unaffected by version 2
    When the operator sets api.v2Enabled to true
    And an anonymous client requests a greeting for "Ada"
    Then the greeting is "Hello Ada!"

  Scenario Outline: A greeting for <value>
    Given the operator has set api.v2Enabled to true
    When an anonymous client requests a v2 greeting for <value>
    Then the request is rejected with 422 validation_failed: <code> at "/name"

    Examples:
      | value                          | code              |
      | null                           | wrong_type        |
      | a number                       | wrong_type        |
      | an array                       | wrong_type        |
      | an object of depth 1,000       | wrong_type        |
      | an empty string                | too_short         |
      | 255 characters                 | too_long          |
      | a string with NUL              | control_character |
      | a string of two lines          | control_character |
      | a string with a lone surrogate | lone_surrogate    |

  Scenario: A greeting without a name
    Given the operator has set api.v2Enabled to true
    When an anonymous client sends POST /api/v2/greet
    Then the request is rejected with 422 validation_failed: required at "/name"
