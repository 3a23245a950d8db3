Feature: Feature flags of the current user

  Operators define feature flags in the configuration files.

  Scenario: There are no feature flags by default
    Given Ada is logged in
    When Ada asks which switches are on
    Then there is no switch
    And the response header Cache-Control is "no-store"

  Scenario: Changing feature flags while the service runs
    Given Ada is logged in
    When the operator sets in one go:
      | features.newCheckout | true  |
      | features.darkMode    | false |
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on  |
      | darkMode    | off |
    When the operator sets features.darkMode to true
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on |
      | darkMode    | on |

  Scenario: Removing a feature flag
    Given Ada is logged in
    And the operator has set features.newCheckout to true
    When the operator clears the settings
    And Ada asks which switches are on
    Then there is no switch

  @remote
  Scenario: An anonymous client is rejected
    When somebody asks which switches are on
    Then the request is rejected with 401 unauthorized
