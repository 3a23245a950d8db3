Feature: Access to every route

  The route table declares who may call a route. These scenarios call all routes, so an unprotected route is detected.

  Background:
    Given the operator has set api.v2Enabled to true
    And Ada has an account

  Scenario: Without a token
    When an anonymous client calls every route
    Then only public routes allow the request

  Scenario: As a user
    Given Percy is logged in
    When Percy calls every route
    Then exactly the routes that the role "user" permits allow the request

  Scenario: As the user whose data is requested
    Given Ada is logged in
    When Ada calls every route
    Then exactly the routes that the role "user" permits allow the request

  Scenario: As a support agent
    Given Grace is a support agent
    When Grace calls every route
    Then exactly the routes that the role "support" permits allow the request

  Scenario: As an administrator
    Given Root is an administrator
    When Root calls every route
    Then exactly the routes that the role "admin" permits allow the request

  Scenario: As a blocked administrator
    Given Root is an administrator
    And Root's account is blocked
    When Root calls every route
    Then every protected route rejects the token

  Scenario: As a deleted administrator
    Given Root is an administrator
    And Root's account is deleted
    When Root calls every route
    Then every protected route rejects the token

  Scenario: With an expired token
    Given Root is an administrator
    When 16 minutes pass
    And Root calls every route
    Then every protected route except logout rejects the token

  Scenario Outline: With a token <forgery>
    Given Root is an administrator
    When a client with Root's access token <forgery> calls every route
    Then every protected route rejects the token

    Examples:
      | forgery                   |
      | signed with another key   |
      | with the algorithm none   |
      | with the role admin added |
      | with another subject      |
